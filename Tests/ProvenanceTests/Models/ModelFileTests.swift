// Weight files: what is read, what is recognised again, and what is refused.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

@Suite("Weight files") struct ModelFileTests {
    /// Written by the Python library safetensors 0.8.0, digests by hashlib.
    private static let golden = """
        8AAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyLDvCI6InhcbiIsInNzX3NkX21vZGVsX25hbWUiOiJiYXNlLTEuY2twdCJ9\
        LCLDqVwiXFwiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsNV0sImRhdGFfb2Zmc2V0cyI6WzAsMF19LCJhIjp7ImR0\
        eXBlIjoiRjE2Iiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOlswLDEyXX0sImIuYyI6eyJkdHlwZSI6Ikk4Iiwi\
        c2hhcGUiOls0XSwiZGF0YV9vZmZzZXRzIjpbMTIsMTZdfX0gICAgICAAAAA8AEAAQgBEAEUBAQEB
        """

    @Test(
        "A file of the reference library is read in full, in pieces of any size",
        arguments: [1, 7, 9, 500])
    func reference(piece: Int) throws {
        let bytes = [UInt8](try #require(Data(base64Encoded: Self.golden)))
        let model = DrawnModel.read(bytes, piece: piece)
        #expect(
            model.digest.hex == "c763251db6de38bbcaa2702925f9e5419ded00bdc7bc74bcbf12b0cb9dd7d764")
        #expect(model.byteCount == bytes.count)
        #expect(model.fault == nil)
        #expect(model.tensors.map(\.name) == ["a", "b.c", "é\"\\"])
        #expect(model.tensors.map(\.elementType) == ["F16", "I8", "F32"])
        #expect(model.tensors.map(\.shape) == [[2, 3], [4], [0, 5]])
        #expect(
            model.tensors[0].digest.hex
                == "77a8786460d746828615fecedade38a1ad421cd6150788e75ac48cede8e7bd5b")
        #expect(model.metadata == ["ss_sd_model_name": "base-1.ckpt", "ü": "x\n"])
        #expect(model.statedBaseModels == ["base-1.ckpt"])
        #expect(!model.isAdapter)
    }

    @Test("A file of another format has its digest, and no fault")
    func otherFormat() {
        for bytes in [
            [], [1], [UInt8]("PK\u{3}\u{4} a pickle".utf8), [UInt8](repeating: 255, count: 99),
        ] {
            let model = DrawnModel.read(bytes)
            #expect(model.digest == Digest(of: bytes))
            #expect(model.tensors.isEmpty && model.fault == nil && model.fingerprint == nil)
        }
    }

    @Test("What is kept of a file comes back from JSON")
    func kept() throws {
        let model = DrawnModel.read(DrawnModel(seed: 1).file(metadata: ["a": "b"]))
        let data = try JSONEncoder().encode(model)
        #expect(try JSONDecoder().decode(ModelFile.self, from: data) == model)
    }

    @Test("An adapter is told from a checkpoint by its tensors")
    func adapter() {
        let model = DrawnModel(seed: 1)
        let adapter = DrawnModel.read(model.file { "unet." + $0 + ".lora_up.weight" })
        #expect(adapter.isAdapter)
        #expect(!DrawnModel.read(model.file()).isAdapter)
    }

    private func fault(_ header: String, _ count: Int = 0) -> ModelFileError.Reason? {
        let data = [UInt8](repeating: 0, count: count)
        return DrawnModel.read(DrawnModel.file(header: header, data: data)).fault?.reason
    }

    /// A tensor of the header, right but for what is given.
    private func tensor(
        _ name: String, _ type: String, _ shape: String, _ offsets: String
    ) -> String {
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    /// A tensor of four halves.
    private func tensor(_ name: String, _ offsets: String) -> String {
        tensor(name, "F16", "[2,2]", offsets)
    }

    @Test("Offsets that overlap, leave gaps, or do not fit the shape are told")
    func offsets() {
        #expect(fault("{\(tensor("a", "[0,8]")),\(tensor("b", "[8,16]"))}", 16) == nil)
        #expect(fault("{\(tensor("b", "[8,16]")),\(tensor("a", "[0,8]"))}", 16) == nil)
        #expect(fault("{\(tensor("a", "[0,8]")),\(tensor("b", "[6,14]"))}", 14) == .wrongOffset)
        #expect(fault("{\(tensor("a", "[0,8]")),\(tensor("b", "[9,17]"))}", 17) == .wrongOffset)
        #expect(fault("{\(tensor("a", "[0,7]"))}", 7) == .wrongSize)
        #expect(
            fault("{\(tensor("a", "F16", "[4294967296,4294967296]", "[0,8]"))}", 8) == .wrongSize)
        #expect(fault("{\(tensor("a", "F4", "[3]", "[0,2]"))}", 2) == .wrongSize)
        #expect(fault("{\(tensor("a", "F4", "[4]", "[0,2]"))}", 2) == nil)
        #expect(fault("{\(tensor("a", "Q9", "[2,2]", "[0,8]"))}", 8) == .unknownElementType)
        #expect(fault("{\(tensor("a", "F16", "[2,2]", "[8,0]"))}", 8) == .malformed)
    }

    @Test("A file that ends before its last tensor, goes on behind it, or in its header is told")
    func length() {
        #expect(fault("{\(tensor("a", "[0,8]"))}", 7) == .wrongLength)
        #expect(fault("{\(tensor("a", "[0,8]"))}", 9) == .wrongLength)
        let whole = DrawnModel(seed: 1).file()
        #expect(DrawnModel.read([UInt8](whole[..<200])).fault?.reason == .wrongLength)
        #expect(DrawnModel.read([UInt8](whole.dropLast())).fault?.reason == .wrongLength)
    }

    @Test("Names that stand twice are told, since two readers would see two models")
    func duplicates() {
        #expect(fault("{\(tensor("a", "[0,8]")),\(tensor("a", "[8,16]"))}", 16) == .duplicate)
        #expect(fault("{\(tensor("a", "[0,8]")),\(tensor("\\u0061", "[8,16]"))}", 16) == .duplicate)
        #expect(fault("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}") == .duplicate)
        #expect(fault("{\"__metadata__\":{},\"__metadata__\":{}}") == .duplicate)
        #expect(
            fault(
                "{\"a\":{\"dtype\":\"F16\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,2]}}",
                2)
                == .duplicate)
    }

    @Test("JSON that is broken, nests deep or lists too much is told, unknown members are skipped")
    func json() {
        let unknown =
            "\"x\":{\"q\":[1.5e-3,{\"y\":null},\"]\"],\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}"
        #expect(fault("{\(unknown)}", 1) == nil)
        for broken in [
            "{\"a\":1}", "{\"a\"}", "{\"a\":{}}", "{}x", "{,}", "{\"__metadata__\":{\"a\":1}}",
            "{\"a\\q\":{}}", "{\"a\\ud800\":{}}", "{\"a\u{1}\":{}}", "{\"a",
            "{\(tensor("a", "F16", "[02]", "[0,4]"))}", "{\(tensor("a", "F16", "[2.0]", "[0,4]"))}",
            "{\(tensor("a", "F16", "[-2]", "[0,4]"))}", "{\(tensor("a", "F16", "[2]", "[0,4,8]"))}",
            "{\(tensor("a", "F16", "[99999999999999999999]", "[0,4]"))}",
        ] {
            #expect(
                fault(broken, 4) == (broken.contains("4,8") ? .tooManyParts : .malformed),
                "\(broken)")
        }
        let deep = String(repeating: "[", count: 9_000) + String(repeating: "]", count: 9_000)
        #expect(fault("{\"a\":{\"q\":\(deep)}}") == .malformed)
        let long = "[" + String(repeating: "1,", count: 64) + "1]"
        #expect(fault("{\(tensor("a", "U8", long, "[0,1]"))}", 1) == .tooManyParts)
    }

    @Test("Headers that are changed anywhere are read or told, never worse", arguments: 1...10)
    func changed(seed: Int) throws {
        let golden = [UInt8](try #require(Data(base64Encoded: Self.golden)))
        var chance = FileChance(state: UInt64(seed))
        for _ in 0..<300 {
            var bytes = golden
            for _ in 0..<Int.random(in: 1...3, using: &chance) {
                let place = Int.random(in: 0..<bytes.count, using: &chance)
                switch Int.random(in: 0..<3, using: &chance) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                }
            }
            let model = DrawnModel.read(bytes, piece: 11)
            #expect(model.digest == Digest(of: bytes))
            #expect(model.tensors.isEmpty || model.fault == nil)
        }
    }
}

@Suite("Weight files recognised again") struct ModelComparisonTests {
    private let original = DrawnModel(seed: 1)
    private var registered: ModelFile { DrawnModel.read(original.file(metadata: ["a": "b"])) }

    @Test("A copy without its metadata is another file with the same contents")
    func stripped() {
        let found = DrawnModel.read(original.file())
        let comparison = ModelComparison(of: found, with: registered)
        #expect(!comparison.isSameFile)
        #expect(comparison.equalEntries == 1 && comparison.equalContents == 1)
        #expect(found.fingerprint == registered.fingerprint)
        #expect(ModelComparison(of: registered, with: registered).isSameFile)
    }

    @Test(
        "A rounded copy is recognised by its shapes and by the signs of its weights",
        arguments: [DrawnModel.Precision.half, .brain])
    func rounded(precision: DrawnModel.Precision) {
        let found = DrawnModel.read(original.file(precision))
        let comparison = ModelComparison(of: found, with: registered)
        #expect(comparison.equalEntries == 0 && comparison.equalContents == 0)
        #expect(comparison.equalShapes == 1)
        // Five tensors count; scales are all positive, and lists have too few elements.
        #expect(comparison.comparedSigns == 5 * 64 && comparison.agreeingSigns == 5 * 64)
        #expect(comparison.chance < 1e-60)
        #expect(found.fingerprint != registered.fingerprint)
    }

    @Test("A rounded copy whose tensors were renamed is recognised by shapes and signs alone")
    func renamed() {
        let found = DrawnModel.read(original.file(.half) { "transformer." + $0 })
        let comparison = ModelComparison(of: found, with: registered)
        #expect(comparison.equalShapes == 0 && comparison.comparedSigns == 0)
        #expect(comparison.renamedTensors == 5)
        #expect(comparison.chance < 1e-15)
        let exact = DrawnModel.read(original.file { "transformer." + $0 })
        #expect(ModelComparison(of: exact, with: registered).equalContents == 1)
    }

    @Test("A model that was trained further still agrees far beyond chance")
    func trainedFurther() {
        let found = DrawnModel.read(original.trained(by: 0.01, seed: 5).file(.half))
        let comparison = ModelComparison(of: found, with: registered)
        #expect(comparison.equalContents == 0)
        #expect(comparison.chance < 1e-30)
    }

    @Test("A sibling of the same architecture shares shapes and nothing else", arguments: 2...41)
    func sibling(seed: Int) {
        let found = DrawnModel.read(DrawnModel(seed: UInt64(seed)).file())
        let comparison = ModelComparison(of: found, with: registered)
        #expect(comparison.equalShapes == 1 && comparison.equalEntries == 1)
        #expect(comparison.equalContents == 0 && comparison.renamedTensors == 0)
        #expect(comparison.chance > 1e-6)
    }

    @Test("Part of a model is found in a larger one, and only that share is claimed")
    func partly() throws {
        var merged = DrawnModel(seed: 9)
        merged.tensors["blocks.0.weight"] = original.tensors["blocks.0.weight"]
        let comparison = ModelComparison(of: DrawnModel.read(merged.file()), with: registered)
        #expect(comparison.equalContents == 1.0 / 15)
    }

    @Test("A file without tensors is compared by its digest alone")
    func opaque() {
        let pickle = DrawnModel.read([UInt8]("a pickle".utf8))
        let comparison = ModelComparison(of: pickle, with: pickle)
        #expect(comparison.isSameFile && comparison.chance == 1 && comparison.equalContents == 0)
    }
}
