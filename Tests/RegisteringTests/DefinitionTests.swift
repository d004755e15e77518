// Definitions in YAML: what they say, and every mistake by its line.

import Provenance
import Registering
import SelvageTypes
import Testing
import Watermarking

@Suite("Definitions")
struct DefinitionTests {
    private static let whole = """
        title: Fern trellis
        creators: [A. Marlow, B. Sorrel]
        licensor: {name: Studio Marlow, address: "https://studio.example/licences"}
        copyright: © 2026 Studio Marlow
        licence: https://licences.example/agreements/001
        source: compositeWithTrainedAlgorithmicMedia
        rights: ["copyright:FR:drawn by A. Marlow"]
        repeat: half-drop
        parts:
          - {kind: motif, title: fern motif, file: parts/fern.png, source: digitalCreation}
          - {kind: model, title: texture-model, version: "3.2.1"}
          - {kind: data-set, title: linen-2025, licence: "https://data.example/linen"}
        contribution:
          method: weighted-edit-area
          basis:
            - {component: motif, human: "1.00", weight: "0.50", right: copyright}
            - {component: texture, human: "0.24", weight: "0.50", right: contract}
        training:
          ai-training: refused
          mining: https://licences.example/mining
        """

    @Test("All that a definition says is read")
    func read() throws {
        let definition = try SealDefinition(yaml: Self.whole, file: "/house/fern.yml")
        #expect(definition.creators == ["A. Marlow", "B. Sorrel"])
        #expect(definition.licensorName == "Studio Marlow")
        #expect(definition.repeating == .halfDrop && definition.isMarked)
        #expect(definition.parts.map(\.kind) == [.motif, .model, .dataSet])
        #expect(definition.parts[0].file == "/house/parts/fern.png")
        #expect(definition.parts[1].version == "3.2.1")
        #expect(definition.contribution?.humanCoefficient == "0.62")
        #expect(definition.trainingMining.map(\.use) == ["notAllowed", "constrained"])
        #expect(definition.rights.first?.kind == .copyright)
    }

    @Test("Equal definitions have equal digests, others have others")
    func digests() throws {
        let one = try SealDefinition(yaml: Self.whole, file: "/house/fern.yml")
        var other = try SealDefinition(yaml: Self.whole, file: "/house/again.yml")
        #expect(one.digest == other.digest)
        other.isMarked = false
        #expect(one.digest != other.digest)
    }

    @Test("Every mistake is named with its line")
    func mistakes() {
        let text = """
            titel: Fern
            source: magic
            rights: [mine]
            repeat: spiral
            parts:
              - {kind: motiv, title: fern}
              - {kind: model, title: m, file: weights.bin}
            contribution: {method: m, basis: [{component: a, human: "1.00", weight: "0.40"}]}
            training: {mining: perhaps}
            """
        #expect {
            try SealDefinition(yaml: text, file: "fern.yml")
        } throws: { error in
            let lines = "\(error)".split(separator: "\n").map(String.init)
            let numbers = lines.compactMap {
                Int($0.split(separator: ":").dropFirst().first ?? "")
            }
            return Set(numbers) == [1, 2, 3, 4, 6, 7, 8, 9]
        }
    }

    @Test("What is no YAML is said, not guessed", arguments: ["", "- a\n- b", "a: [1", "a: {b"])
    func broken(text: String) {
        #expect(throws: RegisteringError.self) {
            try SealDefinition(yaml: text, file: "fern.yml")
        }
    }
}
