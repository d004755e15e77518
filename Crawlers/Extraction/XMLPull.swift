// libxml2's pull reader behind one wall: names, attributes and text in, nothing else out.

internal import CXML2

/// Walks an XML document element by element.
///
/// Entities are never expanded and a document that declares any is refused; no network, no external
/// DTD, libxml2's own limits on depth (256) and text stay on. Damage after the root element began
/// ends the walk and is kept in `damage`.
struct XMLPull: ~Copyable {
    /// Bytes of one document.
    static let limitInBytes = 64 << 20

    /// What the walk met.
    enum Event {
        case start(XMLElement)
        case end
        case text(String)
    }

    /// Why the walk ended early; nil when the document is whole.
    private(set) var damage: ExtractionError?
    private let reader: xmlTextReaderPtr
    private var pendingEnd: Bool
    private var hasRoot: Bool

    private static let initialised: Void = xmlInitParser()

    /// - Throws: `tooLarge`, or `malformed` for an empty document.
    init(_ body: [UInt8]) throws(ExtractionError) {
        let opened = try Self.open(body)
        reader = opened
        damage = nil
        pendingEnd = false
        hasRoot = false
        selvage_xml_silence(reader)
    }

    private static func open(_ body: [UInt8]) throws(ExtractionError) -> xmlTextReaderPtr {
        guard body.count <= limitInBytes else {
            throw ExtractionError(
                .tooLarge, "The XML document is larger than \(limitInBytes >> 20) MiB.")
        }
        _ = initialised
        let options =
            XML_PARSE_RECOVER.rawValue | XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue
            | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NOCDATA.rawValue
        // The reader reads from a copy of its own, so our array may move.
        let made = body.withUnsafeBytes { raw -> xmlTextReaderPtr? in
            let text = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            return xmlReaderForMemory(text, Int32(raw.count), nil, nil, Int32(options))
        }
        guard let made else { throw ExtractionError(.malformed, "The XML document is empty.") }
        return made
    }

    deinit { xmlFreeTextReader(reader) }

    /// The next event; nil at the end, or where the document is damaged.
    ///
    /// - Throws: `declaresEntities`; `malformed` or `tooDeep` when there is no root element.
    mutating func next() throws(ExtractionError) -> Event? {
        if pendingEnd {
            pendingEnd = false
            return .end
        }
        while true {
            let status = xmlTextReaderRead(reader)
            guard status == 1 else {
                try finish(damaged: status < 0)
                return nil
            }
            switch UInt32(xmlTextReaderNodeType(reader)) {
            case XML_READER_TYPE_ELEMENT.rawValue:
                hasRoot = true
                pendingEnd = xmlTextReaderIsEmptyElement(reader) == 1
                return .start(element())
            case XML_READER_TYPE_END_ELEMENT.rawValue:
                return .end
            case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue:
                return .text(Self.text(xmlTextReaderConstValue(reader)))
            case XML_READER_TYPE_DOCUMENT_TYPE.rawValue:
                try refuseEntities()
            default: break
            }
        }
    }

    private func refuseEntities() throws(ExtractionError) {
        guard selvage_xml_declares_entities(reader) == 0 else {
            throw ExtractionError(
                .declaresEntities,
                "The XML document declares entities, which are never expanded here; ask its "
                    + "publisher for a document without a DTD.")
        }
    }

    private mutating func finish(damaged: Bool) throws(ExtractionError) {
        let fault = xmlGetLastError()
        guard damaged || !hasRoot else { return }
        let line = fault?.pointee.line ?? 0
        let said = fault.flatMap { $0.pointee.message.map { String(cString: $0).trimmed } }
        let isDeep = said?.contains("Excessive depth") ?? false
        let error = ExtractionError(
            isDeep ? .tooDeep : .malformed,
            "The XML document cannot be read past line \(line): \(said ?? "it holds no element").")
        damage = error
        if !hasRoot { throw error }
    }

    private func element() -> XMLElement {
        var element = XMLElement(
            name: Self.text(xmlTextReaderConstLocalName(reader)),
            namespace: Self.text(xmlTextReaderConstNamespaceUri(reader)))
        while element.attributes.count < 100, xmlTextReaderMoveToNextAttribute(reader) == 1 {
            let name = Self.text(xmlTextReaderConstLocalName(reader))
            element.attributes[name] = Self.text(xmlTextReaderConstValue(reader))
        }
        _ = xmlTextReaderMoveToElement(reader)
        return element
    }

    private static func text(_ pointer: UnsafePointer<xmlChar>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }
}

/// An element's name, without prefix, its namespace and its attributes by local name.
struct XMLElement {
    var name: String
    var namespace: String
    var attributes: [String: String] = [:]
}
