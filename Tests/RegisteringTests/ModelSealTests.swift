// Weights of a model: sealed beside the file, and found again renamed, converted or trained further.

import Foundation
import Persistence
import Provenance
import Registering
import SelvageTypes
import Testing

@Suite("Models as assets")
struct ModelSealTests {
    private let house: SealedHouse

    init() throws { house = try SealedHouse() }

    /// A safetensors file of four tensors in F32.
    private func weights(
        names: [String] = ["a", "b", "c", "d"], noise: Float = 0, seed: UInt64 = 1
    ) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> Float {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Float(state >> 40) / 0x1p24 - 0.5
        }
        let count = 2048
        var header: [String] = []
        var data: [UInt8] = []
        for name in names {
            let start = data.count
            for _ in 0..<count {
                let value = next()
                withUnsafeBytes(of: (value + noise * value * value).bitPattern.littleEndian) {
                    data += $0
                }
            }
            header.append(
                "\"\(name)\":{\"dtype\":\"F32\",\"shape\":[32,64],"
                    + "\"data_offsets\":[\(start),\(data.count)]}")
        }
        var text = "{\(header.joined(separator: ","))}"
        while text.utf8.count % 8 != 0 { text += " " }
        return (0..<8).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) }
            + Array(text.utf8) + data
    }

    private func verify(_ bytes: [UInt8], sidecar: [UInt8]? = nil) async throws
        -> ModelVerification
    {
        let seals = try await house.registry.read { try $0.seals(of: SealedHouse.licensor) }
        let file = try house.folder.write(bytes, to: "found.safetensors")
        return ModelVerification(
            of: try ModelFile(reading: file), among: seals, sidecar: sidecar,
            at: SealedHouse.moment)
    }

    @Test("Sealed weights are found as the file, as tensors, as changed weights, or not at all")
    func sealed() async throws {
        let file = try house.folder.write(weights(), to: "linen.safetensors")
        var definition = SealDefinition()
        definition.title = "Linen style"
        definition.licence = "https://licences.example/models/linen"
        var base = SealDefinition.Part(kind: .model, title: "base-model")
        base.version = "1.5"
        definition.parts = [base, SealDefinition.Part(kind: .dataSet, title: "linen-2025")]
        let out = file + ".c2pa"
        let outcome = try await house.registrar().sealModel(file, as: definition, to: out)
        #expect(outcome.tensors == 4 && !outcome.wasSealed)
        // What agreements may require of it.
        let statements = Set(outcome.seal.statements ?? [])
        #expect(statements.isSuperset(of: ["modelVersion", "dataSets"]))
        #expect(!statements.contains("humanCoefficient"))
        let sidecar = try house.folder.read("linen.safetensors.c2pa")
        let same = try await verify(weights(), sidecar: sidecar)
        #expect(same.found.map(\.ground) == [.file])
        #expect(same.found.first?.licence == "https://licences.example/models/linen")
        #expect(same.credentials?.contains("intact") == true)
        let renamed = try await verify(weights(names: ["w", "x", "y", "z"]), sidecar: sidecar)
        #expect(renamed.found.map(\.ground) == [.tensors])
        #expect(renamed.credentials?.contains("do not hold") == true)
        let trained = try await verify(weights(noise: 0.1))
        #expect(trained.found.map(\.ground) == [.weights])
        #expect((trained.found.first?.chance ?? 1) < 1e-9)
        let sibling = try await verify(weights(seed: 5))
        #expect(sibling.found.map(\.ground) == [.architecture])
        let other = try await verify(weights(names: ["k", "l"], seed: 9))
        #expect(other.found.isEmpty)
        let again = try await house.registrar().sealModel(file, as: definition, to: out)
        #expect(again.wasSealed && again.seal == outcome.seal)
        let anew = try await house.registrar().sealModel(file, as: definition, to: out, again: true)
        #expect(!anew.wasSealed && anew.number == outcome.number)
        #expect(anew.seal.manifest != outcome.seal.manifest)
        #expect(Digest(of: try house.folder.read("linen.safetensors.c2pa")) == anew.seal.manifest)
        let last = try await verify(weights(), sidecar: house.folder.read("linen.safetensors.c2pa"))
        #expect(last.found.map(\.ground) == [.file] && last.credentials?.contains("intact") == true)
        let entries = try await house.ledger.reader().checkpoint.size
        #expect(entries == 2)
    }

    @Test("The manifest beside the weights names base model and data sets")
    func manifest() async throws {
        let file = try house.folder.write(weights(), to: "linen.safetensors")
        let definition = try SealedHouse.definition()
        let outcome = try await house.registrar().sealModel(
            file, as: definition, to: file + ".c2pa")
        let report = try ManifestReader(at: SealedHouse.moment).read(
            sidecar: try house.folder.read("linen.safetensors.c2pa"), for: outcome.seal.file)
        #expect(report.state == .validUnknownSigner)
        #expect(
            report.active.ingredients.compactMap(\.title)
                == ["fern motif", "texture-model", "linen-2025"])
        let lacks = ManifestRule().lacks(in: report.active).map(\.requirement)
        #expect(lacks == [.softBinding])
    }
}
