import { MessagePage } from "../pages/MessagePage";

export default function ArchivePage() {
  return <MessagePage title="ArchivePage">Not there yet.</MessagePage>;
}
