import { MessagePage } from "../pages/MessagePage";

export default function SpecimenPage({ specimen }: { specimen: string }) {
  return <MessagePage title="SpecimenPage">{specimen}</MessagePage>;
}
