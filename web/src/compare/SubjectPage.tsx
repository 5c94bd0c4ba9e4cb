import { MessagePage } from "../pages/MessagePage";

export default function SubjectPage({ key }: { key: string }) {
  return <MessagePage title="SubjectPage">{key}</MessagePage>;
}
