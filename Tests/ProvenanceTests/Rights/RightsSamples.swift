// Records and packets for the tests of rights, and exiftool where it is installed.

import Foundation

@testable import Provenance

/// Records to write and read.
enum RightsSamples {
    /// What the samples of the folder `iptc` say.
    static let marlow: RightsRecord = {
        var record = RightsRecord()
        record.creators = ["Studio Marlow"]
        record.copyrightNotice = "(c) 2026 Studio Marlow"
        record.creditLine = "Studio Marlow"
        record.webStatement = "https://licences.example/agreements/001"
        record.isMarked = true
        record.licensors = [
            .init(name: "Studio Marlow", address: "https://licences.example/get/fern-trellis")
        ]
        record.copyrightOwners = [.init(name: "Studio Marlow")]
        record.dataMining = .seeLinkedExpression
        record.digitalSourceType =
            "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
        record.imageID = "urn:uuid:0f0c5a3e-7e8b-4d9e-9a51-2d7f6a0b1c11"
        record.aiSystem = "texture-model"
        record.aiSystemVersion = "3.2.1"
        record.linkedExpressions = [
            .init(
                address: "https://licences.example/agreements/001.jsonld",
                mediaType: "application/ld+json", language: "http://www.w3.org/ns/odrl/2/")
        ]
        return record
    }()

    /// Every statement, with characters that XML must escape and that are not ASCII.
    static let full: RightsRecord = {
        var record = marlow
        record.creators = ["Ann & Bo <Ltd>", "Zoë \"Z\" Åkesson", "染谷"]
        record.copyrightNotice = "© 2026 Marlow & Söhne; <all> \"rights\" reserved"
        record.usageTerms = "One run,\nno more than 1,000 m."
        record.otherConstraints = "Only with the 'Fern' agreement"
        record.aiPrompt = "fern trellis -- no animals; a < b & b > c"
        record.aiPromptWriter = "Cleo"
        record.licensors = [
            .init(
                name: "Studio Marlow", id: "https://id.example/marlow?a=1&b=2",
                address: "https://licences.example/get/fern?x=1&y=2"),
            .init(name: "Agency", id: "AG-7", address: "https://agency.example/"),
        ]
        record.copyrightOwners = [.init(name: "Studio Marlow", id: "urn:m:1"), .init(name: "Loom")]
        record.linkedExpressions.append(.init(address: "https://licences.example/2.ttl"))
        record.provenance = "https://manifests.example/fern?v=1&w=2"
        return record
    }()

    /// A packet around descriptions.
    static func packet(_ descriptions: String) -> [UInt8] {
        [UInt8](
            ("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
                + "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">" + descriptions
                + "</rdf:RDF></x:xmpmeta>").utf8)
    }
}

/// The program exiftool, an independent reader.
enum Exiftool {
    static let path = "/usr/bin/exiftool"
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// What it reads of XMP in a file, by group and name.
    static func xmp(of bytes: [UInt8], suffix: String) throws -> [String: Any] {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("selvage-rights-\(UUID().uuidString).\(suffix)")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-j", "-struct", "-G1", "-XMP:all", file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let list = try JSONSerialization.jsonObject(with: data) as? [[String: Any]]
        return list?.first ?? [:]
    }

    /// What exiftool ought to say of a record.
    static func expected(of record: RightsRecord) -> [String: Any] {
        var result: [String: Any] = [:]
        let texts: [(String, String?)] = [
            ("dc:Rights", record.copyrightNotice), ("photoshop:Credit", record.creditLine),
            ("xmpRights:UsageTerms", record.usageTerms),
            ("xmpRights:WebStatement", record.webStatement),
            ("plus:DataMining", record.dataMining?.address),
            ("plus:OtherConstraints", record.otherConstraints),
            ("iptcExt:DigitalSourceType", record.digitalSourceType),
            ("iptcExt:DigitalImageGUID", record.imageID),
            ("iptcExt:AISystemUsed", record.aiSystem),
            ("iptcExt:AISystemVersionUsed", record.aiSystemVersion),
            ("iptcExt:AIPromptInformation", record.aiPrompt),
            ("iptcExt:AIPromptWriterName", record.aiPromptWriter),
            ("dcterms:Provenance", record.provenance),
        ]
        for (name, text) in texts { result["XMP-" + name] = text }
        result["XMP-dc:Creator"] = record.creators
        result["XMP-xmpRights:Marked"] = record.isMarked
        result["XMP-plus:Licensor"] = record.licensors.map { fields($0, "Licensor") }
        result["XMP-plus:CopyrightOwner"] = record.copyrightOwners.map {
            fields($0, "CopyrightOwner")
        }
        result["XMP-iptcExt:LinkedEncRightsExpr"] = record.linkedExpressions.map {
            compact([
                "LinkedRightsExpr": $0.address, "RightsExprEncType": $0.mediaType,
                "RightsExprLangId": $0.language,
            ])
        }
        return result
    }

    /// A value as JSON, so that two can be compared.
    static func text(of value: Any?) throws -> String {
        let data = try JSONSerialization.data(
            withJSONObject: ["value": value ?? "missing"], options: .sortedKeys)
        return String(decoding: data, as: UTF8.self)
    }

    private static func fields(_ party: RightsRecord.Party, _ kind: String) -> [String: String] {
        compact([kind + "Name": party.name, kind + "ID": party.id, kind + "URL": party.address])
    }

    private static func compact(_ fields: [String: String?]) -> [String: String] {
        fields.compactMapValues { $0 }
    }
}
