// c2pa-python, which we did not write: the second opinion on every manifest.

import Foundation

/// What c2pa-python says about a file.
struct SecondOpinion: Decodable, Sendable {
    /// `Valid`, `Invalid`, `Trusted`, or `none` for a file without a manifest.
    let state: String
    /// The failure codes of the active manifest and of its ingredients.
    let codes: [String]
    let title: String?
    let assertions: [String]
    let ingredients: [String]
}

enum C2PAPython {
    /// Whether `python3` of the path has the package.
    static let isAvailable = (try? run("import c2pa", [])) != nil

    /// The verdicts on files, in their order; anchors are PEM text that is to be trusted.
    static func verdicts(on files: [URL], anchors: String? = nil) throws -> [SecondOpinion] {
        let arguments = [anchors ?? ""] + files.map(\.path)
        return try JSONDecoder().decode([SecondOpinion].self, from: run(script, arguments))
    }

    /// Writes files into a folder of their own, asks, and removes them.
    static func verdicts(
        on files: [(name: String, bytes: [UInt8])], anchors: String? = nil
    ) throws -> [SecondOpinion] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "selvage-manifests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let places = try files.map { file in
            let place = folder.appending(path: file.name)
            try Data(file.bytes).write(to: place)
            return place
        }
        return try verdicts(on: places, anchors: anchors)
    }

    private struct Failed: Error {
        let status: Int32
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(status: process.terminationStatus)
        }
        return answer
    }

    private static let script = """
        import c2pa, json, sys
        types = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp",
                 "tif": "image/tiff", "tiff": "image/tiff"}
        context = None
        if sys.argv[1]:
            context = c2pa.Context(c2pa.Settings.from_dict({
                "verify": {"verify_trust": True}, "trust": {"trust_anchors": sys.argv[1]}}))
        answers = []
        for path in sys.argv[2:]:
            answer = {"state": "none", "codes": [], "title": None, "assertions": [],
                      "ingredients": []}
            try:
                with open(path, "rb") as file:
                    reader = c2pa.Reader(types[path.rsplit(".", 1)[1]], file, context=context)
                    store = json.loads(reader.json())
            except Exception as error:
                if "ManifestNotFound" not in str(error):
                    answer["state"] = "Invalid"
                    answer["codes"] = [str(error)[:200]]
                answers.append(answer)
                continue
            active = store["manifests"][store["active_manifest"]]
            answer["state"] = store["validation_state"]
            answer["codes"] = sorted(s["code"] for s in store.get("validation_status") or [])
            answer["title"] = active.get("title")
            answer["assertions"] = [a["label"] for a in active.get("assertions", [])]
            answer["ingredients"] = [
                f"{i.get('title')} {i.get('relationship')}"
                for i in active.get("ingredients", [])]
            answers.append(answer)
        print(json.dumps(answers))
        """
}
