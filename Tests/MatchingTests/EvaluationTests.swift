// What an evaluation promises: labels find their assets, and the table counts what was said.

import Foundation
import Matching
import SelvageTypes
import Testing

@Suite("Evaluation") struct EvaluationTests {
    private func entry(_ name: String, title: String? = nil, image: String? = nil)
        -> Catalogue.Entry
    {
        var asset = asset(name)
        asset.title = title ?? name
        asset.image = image
        return Catalogue.Entry(
            asset: asset,
            signatures: .init(pdq: PDQSignature(of: pattern(1, width: 64, height: 64))))
    }

    private func names(_ entries: Catalogue.Entry...) throws -> AssetNames {
        AssetNames(
            try Catalogue(licensor: studio, generation: 1, created: noon, entries: entries))
    }

    @Test("A label is an id, its last part, a title or a file's name; a shared name is none")
    func labels() throws {
        let names = try names(
            entry("fern", title: "Fern trellis", image: "images/drawn-fern-1a2b3c4d.png"),
            entry("rose", title: "Rose"), entry("rose-2", title: "Rose"))
        let fern = asset("fern").id
        for label in [fern, "fern", "Fern trellis", "fern-trellis", "drawn-fern", "x/fern.png"] {
            #expect(names.id(label) == fern, "\(label)")
        }
        #expect(names.id("rose") == nil && names.id(asset("rose").id) == asset("rose").id)
        #expect(names.id("rose-2") == asset("rose-2").id && names.id("oak") == nil)
    }

    private func query(
        _ label: String?, _ family: String, _ kind: EvaluationQuery.Kind
    ) throws -> EvaluationQuery {
        var query = try EvaluationQuery.template()
        query.label = label
        query.family = family
        query.kind = kind
        return query
    }

    private func answer(_ found: (String, Match.Grade)?...) -> EvaluationAnswer {
        let matches = found.compactMap { $0 }.map {
            Match(
                asset: asset($0.0).id, grade: $0.1, score: 1.5, falseMatchProbability: 1e-4,
                placement: nil)
        }
        return EvaluationAnswer(
            recognition: ImageRecognition(
                width: 9, height: 9, hash: nil, quality: 0, matches: matches),
            findings: [], decoding: 2, matching: 3)
    }

    @Test("The table counts found, for review, wrong, false and unreadable, each where it belongs")
    func table() throws {
        let names = try names(entry("fern"), entry("oak"))
        let broken = EvaluationAnswer(
            recognition: nil, findings: [], decoding: 0, matching: 0)
        let table = EvaluationTable(
            [
                (try query("fern", "crop", .positive), answer(("fern", .match))),
                (try query("fern", "crop", .positive), answer(("fern", .sameGeometry))),
                (try query("fern", "crop", .positive), answer(("oak", .match))),
                (try query("fern", "crop", .positive), answer()),
                (try query("fern", "crop", .positive), broken),
                (try query("elm", "crop", .positive), answer()),
                (try query(nil, "photo", .negative), answer(("oak", .match))),
                (try query(nil, "photo", .negative), answer(("oak", .sameGeometry))),
                (try query("oak", "relaid", .derivative), answer(("oak", .match))),
            ], names: names)
        #expect(
            table.rows.map(\.family) == [
                "crop", "ALL POSITIVES", "relaid", "ALL DERIVATIVES", "photo", "ALL NEGATIVES",
            ])
        let crop = table.rows[0]
        #expect(crop.pictures == 5 && crop.shown == 5 && crop.found == 1)
        #expect(crop.foundForReview == 2 && crop.wrongAsset == 1 && crop.unreadable == 1)
        #expect(crop.milliseconds == 5 && crop.falsePositives == 0)
        let photo = table.rows[4]
        #expect(photo.falsePositives == 1 && photo.falseForReview == 2 && photo.shown == 0)
        #expect(table.unknownLabels == ["elm"])
    }

    @Test("Stated probabilities are held against how often negatives were given them")
    func falseMatches() throws {
        let names = try names(entry("oak"))
        let said = [0.5, 0.05, 0.05, 0.0005].map { chance in
            EvaluationAnswer(
                recognition: answer().recognition,
                findings: [
                    StageFindings(
                        stage: "repeat-features", hash: nil, quality: 0,
                        candidates: [
                            StageCandidate(
                                Match(
                                    asset: "oak", grade: .sameGeometry, score: 0.1,
                                    falseMatchProbability: chance, placement: nil), grade: nil)
                        ])
                ], decoding: 1, matching: 1)
        }
        let table = EvaluationTable(
            try said.map { (try query(nil, "photo", .negative), $0) }, names: names)
        #expect(table.falseMatches.map(\.observed) == [3, 1, 1, 0, 0])
        #expect(table.falseMatches.allSatisfy { $0.pictures == 4 })
        #expect(table.falseMatches[1].expected == 0.04)
        #expect(EvaluationTable([], names: names).falseMatches.isEmpty)
    }
}

@Suite("Evaluated stages") struct EvaluationStagesTests {
    private func answer(_ steps: (String, Int)...) throws -> EvaluationAnswer {
        let recognition = ImageRecognition(width: 9, height: 9, hash: nil, quality: 0, matches: [])
        let hash = StageFindings(stage: "perceptual-hash", hash: nil, quality: 0, candidates: [])
        let repeats = StageFindings(
            stage: "repeat-features", hash: nil, quality: 0, candidates: [],
            steps: steps.map { StageFindings.Step(name: $0.0, microseconds: $0.1) })
        return EvaluationAnswer(
            recognition: recognition, findings: steps.isEmpty ? [hash] : [hash, repeats],
            decoding: 1, matching: 1)
    }

    @Test("Pictures leave after the furthest stage of their looks, with their processor time")
    func exits() throws {
        let broken = EvaluationAnswer(
            recognition: nil, findings: [], decoding: 0, matching: 0)
        let answers = [
            try answer(), broken,
            try answer(("features", 4000), ("search", 1000), ("votes", 1000)),
            try answer(
                ("features", 3000), ("votes", 1000), ("closer: features", 2000),
                ("closer: guided search", 1000), ("closer: fit", 1000)),
            try answer(
                ("features", 5000), ("fit", 2000), ("comparison", 3000), ("closer: votes", 2000)),
        ]
        let query = try EvaluationQuery.template()
        let table = EvaluationTable(
            answers.map { (query, $0) },
            names: AssetNames(
                try Catalogue(licensor: studio, generation: 1, created: noon, entries: [])))
        let stages = table.stages
        #expect(stages.pictures == 4)
        #expect(stages.exits.map(\.after) == [.hash, .votes, .fits, .comparison])
        #expect(stages.exits.map(\.pictures) == [1, 1, 1, 1])
        #expect(stages.exits.map(\.milliseconds) == [0, 6, 8, 12])
        #expect(stages.milliseconds == 6.5 && stages.median == 8)
        let features = try #require(stages.steps.first)
        #expect(features.name == "features" && features.pictures == 3)
        #expect(features.median == 4 && features.mean == 3)
    }

    @Test("No answers make an empty table")
    func none() throws {
        let stages = EvaluationTable(
            [],
            names: AssetNames(
                try Catalogue(licensor: studio, generation: 1, created: noon, entries: []))
        ).stages
        #expect(stages.pictures == 0 && stages.steps.isEmpty && stages.median == 0)
    }
}

extension EvaluationQuery {
    /// Read as a line of `truth.jsonl` is, with members that are ignored.
    static func template() throws -> EvaluationQuery {
        let line = #"{"file":"q/1.jpg","label":null,"family":"","kind":"negative","level":2}"#
        return try JSONDecoder().decode(EvaluationQuery.self, from: Data(line.utf8))
    }
}
