// What a page is besides a document to read: a form to log in, or a shell that scripts fill.

/// What a page is besides a document to read.
public struct PageNature: Hashable, Sendable {
    /// It has a field for a password and little beside it.
    public let asksForPassword: Bool
    /// It has scripts, and no text, images or links of its own.
    public let isScriptShell: Bool

    /// Bytes of text of a page that says something without its scripts.
    static let leastText = 100
    /// Bytes of text up to which a page with a password field is nothing but that.
    static let mostTextOfForm = 1500

    init(_ census: PageCensus, images: Int, links: Int) {
        asksForPassword =
            census.passwordFields > 0 && census.textInBytes <= Self.mostTextOfForm && images <= 4
        isScriptShell =
            census.scripts > 0 && census.textInBytes < Self.leastText && images == 0 && links <= 1
            && census.passwordFields == 0
    }
}

/// What is counted of a page while its tokens go by.
struct PageCensus {
    private(set) var scripts = 0
    private(set) var passwordFields = 0
    /// Bytes of text that are not white space, outside title, scripts, styles and `noscript`;
    /// counted no further than is needed.
    private(set) var textInBytes = 0

    mutating func add(_ tag: borrowing HTMLTag) {
        switch tag.element {
        case .script: scripts += 1
        case .input where tag.attributes.count > 0:
            if tag.value(.type)?.lowercased() == "password" { passwordFields += 1 }
        default: break
        }
    }

    mutating func add(text bytes: UnsafeBufferPointer<UInt8>) {
        guard textInBytes <= PageNature.mostTextOfForm else { return }
        for byte in bytes where byte > 0x20 {
            textInBytes += 1
            if textInBytes > PageNature.mostTextOfForm { return }
        }
    }
}
