// Where an answer sends us, and whether we go.

internal import SelvageTypes

/// Follows the redirects of one fetch, each hop checked as the first address was.
///
/// From https to http is allowed: the hops tell it.
struct Redirection {
    /// The longest address that is asked.
    static let addressLimitInBytes = 8192

    private let limit: Int
    private var taken = 0

    /// At most `limit` hops after the first address.
    init(limit: Int) {
        self.limit = limit
    }

    /// The next address to ask.
    ///
    /// - Returns: nil when the answer does not send us on.
    /// - Throws: `Fault` with `badRedirect` or `tooManyRedirects`.
    /// - Source: RFC 9110 sections 10.2.2 and 15.4; RFC 3986 section 5.
    mutating func next(after head: AnswerHead, at address: WebAddress) throws(Fault) -> WebAddress?
    {
        guard head.isRedirect else { return nil }
        guard taken < limit else {
            throw Fault(
                .tooManyRedirects(limit: limit), "There were more than \(limit) redirects.")
        }
        taken += 1
        let locations = Set(head.fields.all("location"))
        guard let latin = locations.first, locations.count == 1, !latin.isEmpty,
            latin.utf8.count <= Self.addressLimitInBytes
        else {
            throw Fault(
                .badRedirect, "The redirect names no address, several, or one far too long.")
        }
        // Browsers read non-ASCII bytes of a Location as UTF-8.
        let location = String(validating: latin1Bytes(latin), as: UTF8.self) ?? latin
        guard !Self.hasUserInformation(location),
            !location.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }),
            let next = WebAddress(location, relativeTo: address)
        else {
            throw Fault(
                .badRedirect,
                "The redirect leads to \"\(location.prefix(80))\", which is no plain web address.")
        }
        return next
    }

    /// Whether an address carries a user's name or password, as `//name@host`.
    private static func hasUserInformation(_ location: String) -> Bool {
        guard let start = location.firstRange(of: "//")?.upperBound else { return false }
        return location[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }.contains("@")
    }
}
