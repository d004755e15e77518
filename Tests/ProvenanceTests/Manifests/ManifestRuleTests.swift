// What a licensor's rule finds missing, and that the human coefficient can be computed again.

import Provenance
import SelvageTypes
import Testing

@Suite("Rules for manifests")
struct ManifestRuleTests {
    private func lacks(_ definition: ManifestDefinition) throws -> [ManifestRule.Requirement] {
        let signed = try ManifestFixtures.signed(definition, into: ManifestFixtures.dot)
        let report = try #require(try ManifestFixtures.read(signed.file))
        return ManifestRule().lacks(in: report.active).map(\.requirement)
    }

    @Test(
        "A manifest that says everything lacks nothing, one that says the least is told what"
    )
    func complete() throws {
        #expect(try lacks(ManifestFixtures.pattern()) == [])
        #expect(
            try lacks(ManifestFixtures.smallest) == [
                .humanCoefficient, .rightPerComponent, .rights, .trainingMining, .softBinding,
            ])
    }

    @Test("Each thing that is left out is found missing")
    func each() throws {
        let changes: [(ManifestRule.Requirement, (inout ManifestDefinition) -> Void)] = [
            (
                .dataSets,
                {
                    $0.ingredients.removeLast(); $0.actions[0].ingredients = []
                    $0.contribution?.datasets = nil
                }
            ),
            (
                .modelVersion,
                {
                    $0.ingredients[2].version = nil
                    $0.contribution?.models = [Contribution.Model(name: "texture-model")]
                }
            ),
            (.rightPerComponent, { $0.contribution?.basis[1].right = nil }),
            (.rights, { $0.metadata = ["@context": [:]] }),
            (.trainingMining, { $0.trainingMining = [] }), (.softBinding, { $0.softBindings = [] }),
        ]
        for (requirement, change) in changes {
            var definition = try ManifestFixtures.pattern()
            change(&definition)
            #expect(try lacks(definition) == [requirement])
        }
    }

    @Test("What a rule does not ask for is not missed")
    func narrow() throws {
        let report = try #require(
            try ManifestFixtures.read(
                ManifestFixtures.signed(ManifestFixtures.smallest, into: ManifestFixtures.dot).file)
        )
        #expect(ManifestRule(required: [.sourceType, .dataSets]).lacks(in: report.active) == [])
        let lack = ManifestRule(required: [.rights]).lacks(in: report.active)
        #expect(lack.map(\.explanation).allSatisfy { $0.hasSuffix(".") } && lack.count == 1)
    }
}

@Suite("Contribution")
struct ContributionTests {
    private func part(_ share: String, _ weight: String) -> Contribution.Part {
        Contribution.Part(component: "part", humanShare: share, weight: weight)
    }

    @Test("The coefficient is the exact sum of weight times share")
    func exact() throws {
        let contribution = try Contribution(
            method: "weighted-edit-area",
            basis: [part("0.1", "0.1"), part("0.2", "0.2"), part("1", "0.7")])
        #expect(contribution.humanCoefficient == "0.75")
        #expect(contribution.isRecomputable)
    }

    @Test("Shares beyond 1, weights that do not add up and other texts than decimals are refused")
    func refusals() {
        for basis in [
            [], [part("1", "0.9")], [part("1.1", "1")], [part("-0.1", "1")], [part("1e0", "1")],
            [part("0,5", "1")], [part("", "1")], [part("0.5", "0.5"), part("0.5", "0.6")],
        ] {
            #expect(throws: ManifestError.self) { try Contribution(method: "m", basis: basis) }
        }
    }
}
