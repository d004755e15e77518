// A GS1 EPCIS 2.0 document as image references: what was made, where, when and how many.

public import SelvageTypes

/// A GS1 EPCIS 2.0 document in JSON-LD: a document, a query result or one bare event.
///
/// - Source: GS1 EPCIS 2.0 sections 7 and 10; the extension terms are those of
///   `https://w3id.org/selvage/ns#`.
public struct EPCISDocument: Sendable {
    /// Bytes of one document.
    public static let limitInBytes = 64 << 20
    /// Events of one document.
    public static let limit = 100_000

    /// One reference for each event that names a design image and was not retracted.
    public private(set) var references: [ImageReference] = []
    /// The identifiers of events that an error declaration takes back.
    public private(set) var retracted: Set<String> = []
    /// Events that were left out: which one, why, and what to do.
    public private(set) var problems: [String] = []

    /// Reads a document.
    ///
    /// - Throws: `malformed` when it is no JSON, `wrongKind` when it is not EPCIS 2.0.
    public init(_ body: [UInt8], address: WebAddress) throws(ExtractionError) {
        guard body.count <= Self.limitInBytes else {
            throw ExtractionError(
                .tooLarge,
                "The EPCIS document is larger than \(Self.limitInBytes >> 20) MiB; send it in "
                    + "parts.")
        }
        if body.first(where: { !$0.isHTMLSpace }) == Byte.less {
            throw ExtractionError(
                .wrongKind, "EPCIS in XML is not read; ask for EPCIS 2.0 in JSON-LD.")
        }
        let root = try JSONReader.read(body)
        let events = try Self.events(of: root)
        let vocabulary = EPCISVocabulary(context: root["@context"] ?? .null)
        var found: [(identifier: String, reference: ImageReference)] = []
        for (index, value) in events.prefix(Self.limit).enumerated() {
            let place = "\(address.description)#eventList/\(index)"
            do throws(EPCISProblem) {
                let event = try EPCISEvent(value, vocabulary: vocabulary)
                if event.isRetraction {
                    retracted.insert(event.identifier)
                } else if let reference = try event.reference(place: place, document: address) {
                    found.append((event.identifier, reference))
                }
            } catch {
                problems.append("Event \(index + 1) is left out: \(error.sentence)")
            }
        }
        if events.count > Self.limit {
            problems.append("Events after the first \(Self.limit) are left out; send them apart.")
        }
        references = found.filter { !retracted.contains($0.identifier) }.map(\.reference)
    }

    /// The list of events, wherever the kind of document keeps it.
    private static func events(of root: JSONValue) throws(ExtractionError) -> [JSONValue] {
        let types = (root["type"] ?? root["@type"] ?? .null).elements.compactMap(\.string)
        let type = types.first.map(EPCISVocabulary.lastWord) ?? ""
        let isEvent = EPCISEvent.kinds.contains(type)
        guard type == "EPCISDocument" || type == "EPCISQueryDocument" || isEvent else {
            throw ExtractionError(
                .wrongKind,
                "The document is not EPCIS 2.0: its type is neither EPCISDocument nor "
                    + "EPCISQueryDocument nor an event.")
        }
        guard let context = root["@context"], context != .null else {
            throw ExtractionError(
                .wrongKind,
                "The document is not EPCIS 2.0: it has no @context. Add the EPCIS context.")
        }
        if isEvent { return [root] }
        let body = root["epcisBody"]
        let lists = [
            body?["eventList"], body?["queryResults"]?["resultsBody"]?["eventList"],
            body?["event"],
        ]
        guard let list = lists.lazy.compactMap({ $0 }).first else {
            throw ExtractionError(
                .wrongKind,
                "The EPCIS document has no epcisBody.eventList; add one, empty if need be.")
        }
        return list.elements
    }
}

/// Why an event is left out: what is wrong and what to do, as one sentence.
struct EPCISProblem: Error {
    var sentence: String
}

/// The names that a document's context gives to Selvage's terms.
struct EPCISVocabulary {
    static let namespace = "https://w3id.org/selvage/ns#"

    private var prefixes: [String] = []

    /// Reads a context: an address, an object of prefixes, or a list of both.
    init(context: JSONValue) {
        var isOtherwise = false
        for part in context.elements {
            for (prefix, value) in part.members ?? [:] {
                let meaning = value.string ?? value["@id"]?.string
                if meaning == Self.namespace {
                    prefixes.append(prefix + ":")
                } else if prefix == "slv" {
                    isOtherwise = true
                }
            }
        }
        // Feeds forget to declare it; unless they mean something else by it, we know what it is.
        if !isOtherwise, !prefixes.contains("slv:") { prefixes.append("slv:") }
        prefixes.append(Self.namespace)
        prefixes.sort()
    }

    /// The value of one of our terms in a node: a string, `@id`, `@value` or the first of a list.
    func text(_ term: String, in node: JSONValue?) -> String? {
        guard let members = node?.members else { return nil }
        for prefix in prefixes {
            guard let value = members[prefix + term]?.elements.first else { continue }
            let text = value.string ?? value["@id"]?.string ?? value["id"]?.string
            if let text = text ?? value["@value"]?.string, !text.trimmed.isEmpty {
                return text.trimmed
            }
        }
        return nil
    }

    /// `commissioning` of the bare word, the URN, the compact and the full web form.
    static func lastWord(_ text: String) -> String {
        let word = text.split { $0 == ":" || $0 == "/" || $0 == "#" }.last.map(String.init) ?? text
        return word.hasPrefix("BizStep-") ? String(word.dropFirst(8)) : word
    }
}
