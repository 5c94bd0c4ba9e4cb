import { MessagePage } from "../pages/MessagePage";

export default function AccountPage() {
  return <MessagePage title="AccountPage">Not there yet.</MessagePage>;
}
