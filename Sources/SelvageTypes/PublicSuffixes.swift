// The public suffix list: where the part of a name begins that somebody registered.

internal import CPSL

/// The public suffix list.
///
/// - Source: publicsuffix.org, through libpsl; private suffixes such as `github.io` count, since
///   what lies under them belongs to different people.
enum PublicSuffixes {
    // Sound to share: the list is read once and never changed or freed.
    nonisolated(unsafe) private static let list = psl_latest(nil)

    /// The registrable domain of a name in lower case; nil when the name is a suffix itself.
    ///
    /// A name under a suffix that the list does not have is registrable below its last label.
    static func registrableDomain(of name: String) -> String? {
        name.withCString { text in
            psl_registrable_domain(list, text).map { String(cString: $0) }
        }
    }
}
