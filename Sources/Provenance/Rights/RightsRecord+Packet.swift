// A rights record from an XMP packet, and into one in which everything else stays.

extension RightsRecord {
    /// Reads the statements of a packet.
    ///
    /// Of a statement that stands twice the first one counts, as for most readers;
    /// `RightsReading` says which they are.
    public init(packet: [UInt8]) throws(RightsError) {
        self.init()
        let tree = try XMPTree(parsing: packet)
        for (field, value) in RightsRecord.statements(of: tree).reversed() {
            field.read(value, into: &self)
        }
    }

    /// The statements of a packet in their order, also those that stand twice.
    static func statements(of tree: XMPTree) -> [(field: RightsField, value: XMPValue)] {
        let fields = [XMPName: RightsField](
            RightsField.allCases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let nodes = tree.rdf?.elements.filter { $0.name == .rdf("Description") } ?? []
        return nodes.flatMap { XMPValue.everyProperty(of: $0) }.compactMap { name, value in
            fields[name].map { ($0, value) }
        }
    }

    /// The record as an XMP packet.
    ///
    /// - Parameters:
    ///   - old: A packet whose other properties are kept, element by element. A statement that
    ///     says the same there stays as it was written, with its other languages and details.
    ///   - padding: Room for later writers, in bytes.
    /// - Returns: A packet with its wrapper, in UTF-8.
    public func packet(
        keeping old: [UInt8]? = nil, paddingInBytes padding: Int = 2_000
    ) throws(RightsError) -> [UInt8] {
        var tree = XMPTree()
        var before = RightsRecord()
        if let old {
            tree = try XMPTree(parsing: old)
            before = try RightsRecord(packet: old)
        }
        var changed: [XMPName: XMPElement?] = [:]
        for field in RightsField.allCases {
            let element = field.element(of: self)
            if let element { try Self.refuseUnwritable(element, field) }
            if old == nil || element != field.element(of: before) {
                changed.updateValue(element, forKey: field.name)
            }
        }
        let isWritten = tree.changeRDF { rdf in
            Self.remove(Set(changed.keys), from: &rdf)
            let about =
                rdf.elements.first { $0.name == .rdf("Description") }?[.rdf("about")] ?? ""
            let added = RightsField.allCases.compactMap { changed[$0.name] ?? nil }
            if !added.isEmpty {
                let node = XMPElement(.rdf("Description"), added).with(.rdf("about"), about)
                rdf.children.append(.element(node))
            }
        }
        guard isWritten else {
            throw RightsError(.malformed, "The file's XMP packet has no element rdf:RDF.")
        }
        return tree.packet(paddingInBytes: padding)
    }

    /// Takes properties out of every description, and descriptions that are then empty.
    private static func remove(_ names: Set<XMPName>, from rdf: inout XMPElement) {
        rdf.children = rdf.children.compactMap { child in
            guard case .element(var node) = child, node.name == .rdf("Description") else {
                return child
            }
            let count = node.attributes.count + node.elements.count
            node.attributes.removeAll { names.contains($0.name) }
            node.children.removeAll {
                if case .element(let element) = $0 { names.contains(element.name) } else { false }
            }
            let isTouched = count != node.attributes.count + node.elements.count
            let isEmpty = node.elements.isEmpty && XMPValue.properties(of: node).isEmpty
            return isTouched && isEmpty ? nil : .element(node)
        }
    }

    /// Refuses a text that XML cannot carry.
    private static func refuseUnwritable(
        _ element: XMPElement, _ field: RightsField
    ) throws(RightsError) {
        for child in element.children {
            switch child {
            case .element(let element): try refuseUnwritable(element, field)
            case .text(let text):
                let isUnwritable = text.unicodeScalars.contains {
                    ($0.value < 0x20 && ![0x09, 0x0A, 0x0D].contains($0.value))
                        || $0.value == 0xFFFE || $0.value == 0xFFFF
                }
                guard !isUnwritable else {
                    throw RightsError(
                        .unwritable, "\(field.rawValue) holds a control character; take it out.")
                }
            }
        }
    }

    /// The file with this record as its XMP packet; its other properties stay.
    ///
    /// The coded picture and other metadata are not touched: IIM, EXIF and the extended XMP of a
    /// JPEG may go on saying otherwise, which `RightsReading` then tells.
    public func written(into file: ImageFile) throws(RightsError) -> [UInt8] {
        let old: [UInt8]?
        do { old = try file.xmpPacket() } catch { throw RightsError(error) }
        let roomy = try packet(keeping: old)
        do { return try file.replacingXMPPacket(with: roomy) } catch {
            // A segment of a JPEG is full: the room for later writers is given up.
            guard file.format == .jpeg, case .tooLarge = error.reason else {
                throw RightsError(error)
            }
        }
        let tight = try packet(keeping: old, paddingInBytes: 0)
        do { return try file.replacingXMPPacket(with: tight) } catch { throw RightsError(error) }
    }
}
