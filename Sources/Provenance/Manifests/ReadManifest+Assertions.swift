// From the boxes of a manifest's assertions to what they say.

internal import Foundation
internal import SelvageTypes

extension ReadManifest {
    /// Takes over what the assertions of a manifest say.
    ///
    /// Only assertions that are as they were signed count as statements; all others are reported by
    /// their status alone.
    mutating func describe(_ manifest: StoredManifest, _ declared: [JUMBFBox]) {
        for box in declared {
            let content = AssertionContent(box)
            assertions.append(ReadAssertion(label: box.label, content: JSONValue(content)))
            let base = box.label.components(separatedBy: "__")[0]
            let value = content.cbor
            switch base {
            case "c2pa.actions", "c2pa.actions.v2":
                actions += (value?["actions"]?.array ?? []).compactMap(ReadAction.init)
            case "cawg.training-mining", "c2pa.training-mining":
                let entries = JSONValue(content)["entries"]?.members ?? [:]
                trainingMining += entries.sorted { $0.key < $1.key }.map(TrainingMiningEntry.init)
            case "c2pa.soft-binding": softBindings += [value].compactMap(ReadSoftBinding.init)
            case Contribution.label:
                contribution = try? JSONValue(content).decoded(as: Contribution.self)
            default: break
            }
        }
    }
}

extension ReadAction {
    fileprivate init?(_ value: CBORValue) {
        guard let action = value["action"]?.text else { return nil }
        self.init(action: action)
        when = value["when"]?.dateText
        digitalSourceType = value["digitalSourceType"]?.text?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let agent = value["softwareAgent"]
        softwareAgent =
            agent?.text
            ?? agent?["name"]?.text.map { name in
                [name, agent?["version"]?.text].compactMap { $0 }.joined(separator: " ")
            }
        description = value["description"]?.text
        let parameters = value["parameters"]
        let references =
            (parameters?["ingredients"]?.array ?? [])
            + [parameters?["ingredient"]].compactMap { $0 }
        ingredients = references.compactMap { reference in
            reference["url"]?.text.flatMap(JUMBFPath.init)?.assertion
        }
    }
}

extension TrainingMiningEntry {
    fileprivate init(name: String, _ value: JSONValue) {
        self.init(
            name: name, use: value["use"]?.string ?? "unknown",
            constraintInfo: value["constraint_info"]?.string)
    }
}

extension ReadSoftBinding {
    fileprivate init?(_ value: CBORValue?) {
        guard let algorithm = value?["alg"]?.text else { return nil }
        self.init(
            algorithm: algorithm,
            values: (value?["blocks"]?.array ?? []).compactMap { block in
                block["value"]?.text ?? block["value"]?.bytes.map { Data($0).base64EncodedString() }
            })
    }
}

extension JSONValue {
    /// Byte strings longer than this are told by their size.
    static let byteStringLimit = 4096

    /// What an assertion says as JSON.
    init(_ content: AssertionContent) {
        switch content {
        case .cbor(let value): self = JSONValue(value)
        case .json(let value): self = value
        case .file(let mediaType, let count):
            self = ["mediaType": .string(mediaType), "bytes": .number(Decimal(count))]
        case .other(let count): self = ["bytes": .number(Decimal(count))]
        case .damaged(_, let detail): self = .string(detail)
        }
    }

    /// CBOR as JSON: byte strings in base64, keys as texts, tags left out.
    init(_ value: CBORValue) {
        switch value {
        case .unsigned(let number): self = .number(Decimal(number))
        case .negative(let number): self = .number(-1 - Decimal(number))
        case .bytes(let bytes):
            self =
                bytes.count <= Self.byteStringLimit
                ? .string(Data(bytes).base64EncodedString()) : .string("\(bytes.count) bytes")
        case .text(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { JSONValue($0) })
        case .map(let entries):
            self = .object(
                Dictionary(
                    entries.map { ($0.key.text ?? "\(JSONValue($0.key))", JSONValue($0.value)) },
                    uniquingKeysWith: { first, _ in first }))
        case .tagged(_, let inner): self = JSONValue(inner)
        case .float(let number):
            let decimal = number.magnitude < 1e15 ? Decimal(string: "\(number)") : nil
            self = decimal.map { .number($0) } ?? .string("\(number)")
        case .bool(let flag): self = .bool(flag)
        case .null, .undefined: self = .null
        case .simple(let number): self = .number(Decimal(number))
        }
    }
}
