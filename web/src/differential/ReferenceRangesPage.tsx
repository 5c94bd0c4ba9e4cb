import { MessagePage } from "../pages/MessagePage";

export default function ReferenceRangesPage() {
  return <MessagePage title="ReferenceRangesPage">Not there yet.</MessagePage>;
}
