import { MessagePage } from "../pages/MessagePage";

export default function AccountsPage() {
  return <MessagePage title="AccountsPage">Not there yet.</MessagePage>;
}
