// JUMBF: labelled boxes within boxes, read within limits and written.

/// Why bytes are not the JUMBF that was asked for.
public struct JUMBFError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The byte at which it was noticed, counted from the beginning.
    public let offset: Int
    /// What is wrong, for people.
    public let detail: String

    public var description: String { "The manifest store is damaged at byte \(offset): \(detail)." }
}

/// A JUMBF superbox: what it is, what it is called, and the boxes in it.
///
/// - Source: ISO/IEC 19566-5.
public struct JUMBFBox: Hashable, Sendable {
    /// What stands in a superbox after its description.
    public enum Content: Hashable, Sendable {
        case superbox(JUMBFBox)
        /// A box with its four-letter type and its payload.
        case box(String, [UInt8])
    }

    /// The 16 bytes that say what kind of content it is.
    public var type: [UInt8]
    /// What references name it by.
    public var label: String
    /// A `c2sh` salt, which makes the hash of a guessable content unguessable; empty for none.
    public var salt: [UInt8] = []
    /// The boxes after the description.
    public var contents: [Content]
    /// The bytes of the box as it was read, without its own head of eight bytes.
    ///
    /// Hashes of references are over these. Empty when the box was not read.
    public internal(set) var payload: ArraySlice<UInt8> = []

    /// A superbox to be written.
    public init(type: [UInt8], label: String, contents: [Content]) {
        (self.type, self.label, self.contents) = (type, label, contents)
    }

    /// The superboxes in it.
    public var superboxes: [JUMBFBox] {
        contents.compactMap { if case .superbox(let box) = $0 { box } else { nil } }
    }

    /// The payload of its only box of a type; nil when there is none or more than one.
    public func onlyBox(_ type: String) -> [UInt8]? {
        guard contents.count == 1, case .box(type, let bytes) = contents[0] else { return nil }
        return bytes
    }

    /// The superbox in it that has a label; nil when there is none.
    public func child(_ label: String) -> JUMBFBox? {
        superboxes.first { $0.label == label }
    }
}

extension JUMBFBox {
    /// The 16 bytes of a type that a four-letter code begins.
    static func type(_ code: String) -> [UInt8] {
        Array(code.utf8) + typeEnding
    }

    /// An embedded file; ISO/IEC 19566-5, B.4.
    static let embeddedFile: [UInt8] =
        [
            0x40, 0xcb, 0x0c, 0x32, 0xbb, 0x8a, 0x48, 0x9d, 0xa7, 0x0b, 0x2a, 0xd6, 0xf4, 0x7f,
            0x43, 0x69,
        ]

    private static let typeEnding: [UInt8] =
        [0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71]

    /// The four letters that begin a type of the common form; nil for any other type.
    var code: String? {
        guard type.count == 16, Array(type[4...]) == Self.typeEnding else { return nil }
        return String(validating: type[..<4], as: UTF8.self)
    }

    /// The box as bytes, head included.
    public var encoded: [UInt8] {
        let body = encodedPayload
        return Self.head("jumb", body.count) + body
    }

    /// The box as bytes without its head: what references to it are hashes of.
    public var encodedPayload: [UInt8] {
        var description = type + [salt.isEmpty ? 0x03 : 0x13]
        description += label.utf8
        description.append(0)
        if !salt.isEmpty { description += Self.head("c2sh", salt.count) + salt }
        var body = Self.head("jumd", description.count) + description
        for content in contents {
            switch content {
            case .superbox(let box): body += box.encoded
            case .box(let type, let bytes): body += Self.head(type, bytes.count) + bytes
            }
        }
        return body
    }

    private static func head(_ type: String, _ count: Int) -> [UInt8] {
        precondition(count < Int(UInt32.max) - 8, "a box of a manifest is below four gigabytes")
        let size = UInt32(count + 8)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + Array(type.utf8)
    }
}
