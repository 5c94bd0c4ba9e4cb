import { MessagePage } from "../pages/MessagePage";

export default function SubjectPage({ subject }: { subject: string }) {
  return <MessagePage title="SubjectPage">{subject}</MessagePage>;
}
