// The claim of a manifest: what its signature covers, and so what everything else hangs from.

/// The claim of a manifest, of either version.
///
/// - Source: C2PA 2.2, 10.2 (claim v2); C2PA 1.4 (claim v1).
struct ManifestClaim: Sendable {
    /// What the signature is over.
    let bytes: [UInt8]
    /// 1 or 2.
    let version: Int
    let label: String
    let title: String?
    let format: String?
    let instance: String?
    /// The claim generator's name and version, for people.
    let generator: String
    let signatureURL: String
    /// All assertions that belong to it, the created ones first.
    let assertions: [HashedURI]
    /// References to assertions of ingredients that were taken out.
    let redacted: [String]
    let algorithm: String?

    /// The most assertions of a claim.
    static let limit = 5000

    /// Reads a claim; nil when a part that must be there is not.
    init?(_ box: JUMBFBox) {
        guard let bytes = box.onlyBox("cbor"), let value = try? CBORValue(decoding: bytes) else {
            return nil
        }
        switch box.label {
        case "c2pa.claim": version = 1
        case "c2pa.claim.v2": version = 2
        default: return nil
        }
        let names = version == 1 ? ["assertions"] : ["created_assertions", "gathered_assertions"]
        guard let first = value[names[0]]?.array, let signature = value["signature"]?.text,
            let instance = value["instanceID"]?.text, let generator = Self.generator(value, version)
        else { return nil }
        let all = first + (names.count > 1 ? value[names[1]]?.array ?? [] : [])
        let references = all.compactMap(HashedURI.init)
        guard references.count == all.count, all.count <= Self.limit else { return nil }
        self.bytes = bytes
        self.generator = generator
        self.instance = instance
        label = box.label
        title = value["dc:title"]?.text
        format = value["dc:format"]?.text
        signatureURL = signature
        assertions = references
        redacted = Array(
            (value["redacted_assertions"]?.array?.compactMap(\.text) ?? []).prefix(Self.limit))
        algorithm = value["alg"]?.text
    }

    /// Who made the claim: a text in version 1, a map in version 2, a list of maps between them.
    private static func generator(_ value: CBORValue, _ version: Int) -> String? {
        let info = value["claim_generator_info"]
        let maps = info?.array ?? [info].compactMap { $0 }
        let names = maps.compactMap { map in
            map["name"]?.text.map { name in
                [name, map["version"]?.text].compactMap { $0 }.joined(separator: " ")
            }
        }
        if version == 2 { return names.first }
        return value["claim_generator"]?.text ?? names.first
    }

    /// The hash that a reference uses; nil when it is not one that C2PA allows.
    func hash(of reference: HashedURI) -> ManifestHash? {
        ManifestHash(rawValue: reference.algorithm ?? algorithm ?? "sha256")
    }
}
