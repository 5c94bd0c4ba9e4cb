import { MessagePage } from "../pages/MessagePage";

export default function ReportPage({ id }: { id: string }) {
  return <MessagePage title="ReportPage">{id}</MessagePage>;
}
