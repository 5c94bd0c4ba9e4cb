import { MessagePage } from "../pages/MessagePage";

export default function AtlasPage() {
  return <MessagePage title="AtlasPage">Not there yet.</MessagePage>;
}
