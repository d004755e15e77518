// Small weight files: drawn weights, rounded, trained further, renamed, and written as safetensors.

import Foundation

@testable import Provenance

/// A model of a few layers with weights from seeded chance.
struct DrawnModel {
    /// A tensor's shape and its weights.
    struct Weights {
        var shape: [Int]
        var values: [Float]
    }

    /// How weights are stored.
    enum Precision: String {
        case full = "F32"
        case half = "F16"
        case brain = "BF16"

        func bytes(_ value: Float) -> [UInt8] {
            switch self {
            case .full: .number(Int(value.bitPattern), width: 4, .littleEndian)
            case .half: .number(Int(Float16(value).bitPattern), width: 2, .littleEndian)
            case .brain: .number(Int(value.bitPattern >> 16), width: 2, .littleEndian)
            }
        }
    }

    var tensors: [String: Weights] = [:]

    init(seed: UInt64) {
        var chance = FileChance(state: seed)
        for layer in 0..<5 {
            tensors["blocks.\(layer).weight"] = Weights(
                shape: [40, 30],
                values: (0..<1_200).map { _ in Float.random(in: -0.04...0.04, using: &chance) })
            // Scales are near one in every model: their signs say nothing.
            tensors["blocks.\(layer).scale"] = Weights(
                shape: [32, 32],
                values: (0..<1_024).map { _ in Float.random(in: 0.9...1.1, using: &chance) })
            tensors["blocks.\(layer).bias"] = Weights(
                shape: [30],
                values: (0..<30).map { _ in Float.random(in: -1...1, using: &chance) })
        }
    }

    /// The same model after more training: every weight moved a little.
    func trained(by amount: Float, seed: UInt64) -> DrawnModel {
        var chance = FileChance(state: seed)
        var model = self
        for (name, weights) in tensors.sorted(by: { $0.key < $1.key }) {
            model.tensors[name]?.values = weights.values.map {
                $0 + Float.random(in: -amount...amount, using: &chance)
            }
        }
        return model
    }

    /// The model as a file.
    func file(
        _ precision: Precision = .full, metadata: [String: String] = [:],
        renaming: (String) -> String = { $0 }
    ) -> [UInt8] {
        var data: [UInt8] = []
        var members: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
            members.append("\"__metadata__\":{" + texts.joined(separator: ",") + "}")
        }
        for (name, weights) in tensors.sorted(by: { $0.key < $1.key }) {
            let start = data.count
            for value in weights.values { data += precision.bytes(value) }
            members.append(
                "\"\(renaming(name))\":{\"dtype\":\"\(precision.rawValue)\",\"shape\":\(weights.shape),"
                    + "\"data_offsets\":[\(start),\(data.count)]}")
        }
        return Self.file(header: "{" + members.joined(separator: ",") + "}", data: data)
    }

    /// A file of a header and bytes behind it.
    static func file(header: String, data: [UInt8]) -> [UInt8] {
        .number(header.utf8.count, width: 8, .littleEndian) + [UInt8](header.utf8) + data
    }

    /// The file as it is recognised, read in pieces of a size.
    static func read(_ file: [UInt8], piece: Int = 4_096) -> ModelFile {
        var reader = ModelFileReader()
        for start in stride(from: 0, to: file.count, by: piece) {
            reader.append(file[start..<min(file.count, start + piece)])
        }
        return reader.finish()
    }
}
