// A manifest store taken apart: its manifests, their claims, signatures and assertions.

internal import SelvageTypes

/// A manifest store.
///
/// - Source: C2PA 2.2, 11.1.
struct ManifestStore: Sendable {
    /// In the order of the store; the last one is the active one.
    let manifests: [StoredManifest]

    /// The most manifests of a store.
    static let limit = 200

    private let places: [String: Int]

    /// Takes a store apart.
    ///
    /// - Throws: `ManifestError` when its boxes cannot be followed, or it holds no manifest, or two
    ///   have the same label, or one is in a form that is not read.
    init(reading bytes: [UInt8]) throws(ManifestError) {
        let root: JUMBFBox
        do throws(JUMBFError) {
            root = try JUMBFBox(reading: bytes)
        } catch {
            throw ManifestError(.damagedStore, error.description)
        }
        guard root.code == "c2pa", root.label == "c2pa",
            root.superboxes.count == root.contents.count
        else {
            throw ManifestError(.damagedStore, "The embedded boxes are not a C2PA manifest store.")
        }
        guard !root.superboxes.isEmpty, root.superboxes.count <= Self.limit else {
            throw ManifestError(
                .damagedStore, "The manifest store holds \(root.superboxes.count) manifests.")
        }
        // Together they unpack to no more than a store may be that is not packed.
        var room = JUMBFBox.Limits().bytes
        manifests = try root.superboxes.map { box throws(ManifestError) in
            try StoredManifest(box.code == "c2cm" ? box.unpackedManifest(room: &room) : box)
        }
        places = Dictionary(
            manifests.indices.map { [manifests] in (manifests[$0].label, $0) },
            uniquingKeysWith: { first, _ in first })
        guard places.count == manifests.count else {
            throw ManifestError(.damagedStore, "Two manifests of the store have the same label.")
        }
    }

    /// The manifest that speaks for the file.
    var active: StoredManifest { manifests[manifests.count - 1] }

    subscript(label: String) -> StoredManifest? {
        places[label].map { manifests[$0] }
    }

    /// The assertion that a reference names, as seen from a manifest; nil when it is not there.
    func assertion(_ path: JUMBFPath, from manifest: StoredManifest) -> JUMBFBox? {
        let holder = path.manifest.map { self[$0] } ?? manifest
        return path.assertion.flatMap { holder?.assertion($0) }
    }
}

/// One manifest of a store.
struct StoredManifest: Sendable {
    let box: JUMBFBox
    /// Whether it only adds to its parent and has no hard binding of its own.
    let isUpdate: Bool
    /// The claims, of which there must be exactly one.
    let claims: [JUMBFBox]
    let signature: JUMBFBox?
    let assertions: [JUMBFBox]
    private let places: [String: Int]

    var label: String { box.label }

    init(_ box: JUMBFBox) throws(ManifestError) {
        switch box.code {
        case "c2ma": isUpdate = false
        case "c2um": isUpdate = true
        default:
            throw ManifestError(.damagedStore, "The store holds a box that is no manifest.")
        }
        self.box = box
        guard Set(box.superboxes.map(\.label)).count == box.superboxes.count else {
            throw ManifestError(
                .damagedStore, "Two parts of the manifest \(box.label) have the same label.")
        }
        claims = box.superboxes.filter { $0.code == "c2cl" }
        signature = box.child("c2pa.signature").flatMap { $0.code == "c2cs" ? $0 : nil }
        assertions = try Self.assertions(box)
        places = Dictionary(
            assertions.indices.map { [assertions] in (assertions[$0].label, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func assertions(_ box: JUMBFBox) throws(ManifestError) -> [JUMBFBox] {
        guard let store = box.child("c2pa.assertions") else { return [] }
        let found = store.superboxes
        guard store.code == "c2as", found.count == store.contents.count,
            Set(found.map(\.label)).count == found.count
        else {
            throw ManifestError(
                .damagedStore, "The assertions of the manifest \(box.label) are damaged.")
        }
        return found
    }

    func assertion(_ label: String) -> JUMBFBox? {
        places[label].map { assertions[$0] }
    }

    /// The absolute reference to a part.
    func url(_ labels: String...) -> String {
        JUMBFPath.prefix + (["/c2pa", label] + labels).joined(separator: "/")
    }

    var signatureURL: String { url("c2pa.signature") }

    func assertionURL(_ label: String) -> String { url("c2pa.assertions", label) }
}

/// What an assertion says, by the kind of its box.
enum AssertionContent: Hashable, Sendable {
    case cbor(CBORValue)
    case json(JSONValue)
    /// An embedded file with its media type.
    case file(mediaType: String, count: Int)
    /// Content of a kind that is kept but not read.
    case other(count: Int)
    /// CBOR or JSON that cannot be read: the status code, and what is wrong.
    case damaged(code: String, String)

    /// The most bytes of JSON that are read; more are kept like content of other kinds.
    static let jsonLimit = 1 << 20

    init(_ box: JUMBFBox) {
        switch (box.code, box.contents.count) {
        case ("cbor", 1):
            guard let bytes = box.onlyBox("cbor") else { break }
            do throws(CBORError) {
                self = .cbor(try CBORValue(decoding: bytes))
            } catch {
                self = .damaged(code: "assertion.cbor.invalid", error.description)
            }
            return
        case ("json", 1):
            guard let bytes = box.onlyBox("json"), bytes.count <= Self.jsonLimit else { break }
            if let value = try? JSONValue(parsing: bytes) {
                self = .json(value)
            } else {
                self = .damaged(
                    code: "assertion.json.invalid", "The assertion \(box.label) is not JSON.")
            }
            return
        case (nil, 2) where box.type == JUMBFBox.embeddedFile:
            guard case .box("bfdb", let description) = box.contents[0],
                case .box("bidb", let bytes) = box.contents[1]
            else { break }
            let name = description.dropFirst().prefix { $0 != 0 }
            self = .file(mediaType: String(decoding: name, as: UTF8.self), count: bytes.count)
            return
        default: break
        }
        self = .other(count: box.payload.count)
    }

    var cbor: CBORValue? {
        guard case .cbor(let value) = self else { return nil }
        return value
    }
}
