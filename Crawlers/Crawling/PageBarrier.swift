// Pages that stand in for what they should show: a form to log in, a shell that scripts fill.

internal import Extraction
internal import SelvageTypes

/// Pages that stand in for what they should show.
enum PageBarrier {
    /// Why what a page should show could not be seen; nil for a page that shows what it has.
    ///
    /// A password field alone is no barrier: many shops have one in every page's head. It is one on a
    /// page with little else, and on any page for logging in that another address led to.
    static func reason(_ page: HTMLPage, asked: WebAddress, answered: WebAddress) -> NotChecked? {
        if page.nature.isScriptShell { return .scriptOnly }
        guard page.nature.asksForPassword else { return nil }
        if isForLogin(answered) { return .login }
        return page.images.isEmpty && page.links.count <= 20 ? .login : nil
    }

    private static func isForLogin(_ address: WebAddress) -> Bool {
        address.path.lowercased().split(separator: "/").contains { segment in
            let name = segment.prefix { $0 != "." && $0 != ";" }.filter { $0 != "-" && $0 != "_" }
            return names.contains(String(name))
        }
    }

    private static let names: Set<String> = [
        "login", "logon", "signin", "wplogin", "auth", "sso", "anmelden", "connexion",
        "accedi", "inloggen", "password", "customerlogin", "userlogin", "loginform",
    ]
}
