// What a file says of its rights, where it says so, and where it contradicts itself.

/// The rights metadata of a file with the place that each statement was taken from.
///
/// XMP counts first, then IPTC IIM, then EXIF. Nothing is thrown: a file in which one place is
/// broken is read from the others, and `faults` says what was broken.
///
/// - Source: Metadata Working Group, Guidelines for Handling Image Metadata 2.0, section 5.
public struct RightsReading: Hashable, Sendable {
    /// A place of a file in which rights are stated.
    public enum Source: String, Hashable, Sendable, Codable {
        case xmp, iim, exif
    }

    /// A statement that a file makes twice, differently.
    public struct Contradiction: Hashable, Sendable {
        /// What is stated.
        public let field: RightsField
        /// What counts.
        public let counted: String
        /// What was said otherwise.
        public let other: String
        /// Where it was said otherwise.
        public let source: Source
    }

    /// What counts.
    public private(set) var record = RightsRecord()

    /// Where each statement was found; a field that is missing here is missing in the file.
    public private(set) var sources: [RightsField: Source] = [:]

    /// Statements that differ between places, or within the packet.
    public private(set) var contradictions: [Contradiction] = []

    /// What could not be read, for people.
    public private(set) var faults: [String] = []

    /// Reads a file.
    public init(of file: ImageFile) {
        if let packet = attempt({ () throws(ImageFileError) in try file.xmpPacket() }) {
            read(packet)
        }
        if let packet = attempt({ () throws(ImageFileError) in try file.extendedXMP() }) {
            read(packet)
        }
        if let bytes = attempt({ () throws(ImageFileError) in try file.iptcIIM() }) {
            merge(IPTCDatasets(bytes).statements, from: .iim)
        }
        let exif = attempt { () throws(ImageFileError) in
            try file.exif().map { (block) throws(ImageFileError) in
                try EXIFRights.statements(of: block)
            }
        }
        merge(exif ?? [], from: .exif)
    }

    /// Reads a packet alone, such as a sidecar file.
    public init(packet: [UInt8]) {
        read(packet)
    }

    private mutating func read(_ packet: [UInt8]) {
        do throws(RightsError) {
            let statements = RightsRecord.statements(of: try XMPTree(parsing: packet))
            for (field, value) in statements { merge([(field, value)], from: .xmp) }
        } catch { faults.append(error.description) }
    }

    /// Does what may fail, and keeps the fault.
    private mutating func attempt<Value>(
        _ body: () throws(ImageFileError) -> Value?
    ) -> Value? {
        do { return try body() } catch {
            faults.append(error.description)
            return nil
        }
    }

    /// Takes over what is not yet known, and notes what is said otherwise.
    private mutating func merge(
        _ statements: [(field: RightsField, value: XMPValue)], from source: Source
    ) {
        for (field, value) in statements {
            var other = RightsRecord()
            field.read(value, into: &other)
            guard let said = field.element(of: other) else { continue }
            if let counted = field.element(of: record) {
                guard !Self.agree(counted, said) else { continue }
                contradictions.append(
                    Contradiction(
                        field: field, counted: counted.allText, other: said.allText,
                        source: source))
            } else {
                field.read(value, into: &record)
                sources[field] = source
            }
        }
    }

    /// Whether two statements are the same, but for white space and the 32 to 255 bytes at which
    /// IIM cuts.
    private static func agree(_ one: XMPElement, _ other: XMPElement) -> Bool {
        one == other || one.allText == other.allText
            || (other.allText.utf8.count >= 32 && one.allText.hasPrefix(other.allText))
    }
}

extension XMPElement {
    /// The texts inside, in order.
    fileprivate var allText: String {
        children.map {
            switch $0 {
            case .element(let element): element.allText
            case .text(let text): text
            }
        }.filter { !$0.isEmpty }.joined(separator: "; ")
    }
}
