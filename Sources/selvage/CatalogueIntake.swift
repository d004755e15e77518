// Image files become licensed assets: ids, titles and rights from few options.

import ArgumentParser
import Foundation
import Matching
import Monitoring
import Persistence
import SelvageTypes

/// Options that say what new assets are called and what they rest on.
struct IntakeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("What ids begin with; the file's name follows.", valueName: "address"))
    var prefix: String?

    @Option(
        help: ArgumentHelp(
            "A right relied on, KIND:JURISDICTION:BASIS, as in \"copyright:FR:drawn by A. Marlow\"; may be repeated. Without one: contract only.",
            valueName: "right"))
    var right: [String] = []

    @OptionGroup var seals: SealOptions

    /// The rights as given.
    func rights() throws -> [RightReliedOn] {
        try right.map { text in
            let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
            guard parts.count == 3, let kind = RightReliedOn.Kind(rawValue: parts[0]) else {
                let kinds = RightReliedOn.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure.usage(
                    "--right \(text): has to be KIND:JURISDICTION:BASIS; kinds: \(kinds)")
            }
            return RightReliedOn(kind: kind, jurisdiction: parts[1], basis: parts[2])
        }
    }

    /// The seal of the data folder's key, when one is asked for.
    func sealing() throws -> (([UInt8]) throws -> Seal)? { try seals.sealing() }

    /// Letters and digits of a name, as ids are made from file names.
    static func slug(_ name: String) -> String {
        name.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
    }

    /// Files as assets of a licensor.
    func submissions(_ files: [String], licensor: String, title: String?) throws
        -> [Catalogue.Submission]
    {
        let rights = try rights()
        let start = prefix ?? licensor + "/patterns/"
        return files.map { file in
            let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
            let asset = Asset(
                id: start + Self.slug(name), licensor: licensor, title: title ?? name,
                rights: rights)
            return Catalogue.Submission(asset: asset, file: file)
        }
    }
}

/// Options that say who seals.
struct SealOptions: ParsableArguments {
    @Flag(help: "Seal the catalogue with the key `catalogue` of the data folder.")
    var seal = false

    @OptionGroup var data: DataOptions

    /// The seal of the data folder's key, when one is asked for.
    func sealing() throws -> (([UInt8]) throws -> Seal)? {
        guard seal else { return nil }
        let workspace = try Preparation.workspace(try data.folder(), for: "catalogue seal")
        let key = try workspace.keys.signingKey(named: "catalogue", creating: true)
        return { try key.seal($0) }
    }
}

/// Image files of a folder, by name.
func imageFiles(in folder: String) throws -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw Failure("\(folder): this folder cannot be read; check the path")
    }
    let files = names.sorted().filter { name in
        ["png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "avif", "svg"].contains(
            URL(fileURLWithPath: name).pathExtension.lowercased())
    }.map { "\(folder)/\($0)" }
    guard !files.isEmpty else {
        throw Failure("\(folder): no image files in this folder")
    }
    return files
}

/// Says which assets need a second look.
func printAdvice(_ advice: [Catalogue.Advice]) {
    for item in advice { Terminal.note("note: \(item.asset): \(item.detail)") }
}
