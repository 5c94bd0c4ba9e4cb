import { MessagePage } from "../pages/MessagePage";

export default function SpecimenPage({ key }: { key: string }) {
  return <MessagePage title="SpecimenPage">{key}</MessagePage>;
}
