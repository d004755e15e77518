// `selvage asset seal`: a master becomes a marked, signed and registered file with one command.

import ArgumentParser
import Foundation
import Imaging
import Matching
import Monitoring
import Persistence
import Provenance
import Registering
import SelvageTypes
import Watermarking

struct AssetSealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Mark, sign and register an image, and say what it survives.",
        discussion: """
            The image (PNG, JPEG, WebP or TIFF) is marked with the licensor's watermark key, its \
            rights and a signed C2PA manifest are written into it, and it is entered into the \
            catalogue, the registry and the ledger: all of it, or nothing. Keys are made when they \
            are first needed; the certificates are then our own, so that others see a valid \
            signature of an unknown signer. The same command again changes nothing.

            Of pictures larger than 4,096 pixels, what the reader looks at is tried, not the whole.

            Weights of a model (safetensors and others) stay as they are: their manifest stands \
            beside them, NAME.c2pa.

            Examples:
              selvage asset seal fern.png --catalogue catalogue \\
                --licensor https://parties.example/studio-marlow \\
                --creator "A. Marlow" --copyright "© 2026 Studio Marlow" \\
                --licence https://licences.example/agreements/001
              selvage asset seal fern.tif --catalogue catalogue --definition fern.yml
            """)

    @Argument(
        help: ArgumentHelp(
            "The master: PNG, JPEG, WebP or TIFF, or the weights of a model.", valueName: "file"))
    var image: String

    @Option(help: ArgumentHelp("The catalogue's folder; made if missing.", valueName: "folder"))
    var catalogue: String

    @Option(
        help: ArgumentHelp(
            "Who licenses it, an address; needed for a new catalogue only.", valueName: "party"))
    var licensor: String?

    @Option(help: ArgumentHelp("A YAML file that says all the rest.", valueName: "file"))
    var definition: String?

    @Option(
        help: ArgumentHelp(
            "The sealed file; without it NAME.sealed.EXT beside the master.", valueName: "file"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "A time-stamp authority (RFC 3161), so that the manifest holds after its certificate has ended.",
            valueName: "address"))
    var timeStamps: String?

    @Flag(help: "Seal anew what was sealed before, under the same number.")
    var again = false

    @Flag(help: "Say how long each stage took, and how much memory it all needed.")
    var stats = false

    @OptionGroup var wishes: SealWishes
    @OptionGroup var background: BackgroundOptions
    @OptionGroup var seals: SealOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let definition = try wishes.definition(over: definition)
        let licensor = try licensorInForce()
        let workspace = try Preparation.workspace(try seals.data.folder(), for: "asset seal")
        let decoders = Preparation.masterDecoders()
        defer { decoders.shutDown() }
        let stages = SealStages()
        let registrar = Registrar(
            licensor: licensor, target: try target(workspace),
            books: Registrar.Books(
                registry: try LicensingStore(folder: workspace.folder.path),
                ledger: try workspace.ledger(), salts: try workspace.ledgerSalts()),
            keys: try LicensorKeys.opened(
                of: licensor, in: workspace.keys, at: SystemTimekeeper().now()),
            decoders: SealingDecoders(
                plain: { bytes throws(DecodeError) in try await decoders.decode(bytes) },
                master: { bytes throws(DecodeError) in try await decoders.master(bytes) }),
            clock: SystemTimekeeper(), stamper: try stamper(),
            observer: { stages.begin($0) })
        if ModelFile.isNamed(image) {
            let outcome = try await registrar.sealModel(
                image, as: definition, to: out ?? image + ".c2pa", again: again)
            return output.json ? try Terminal.json(outcome) : show(outcome)
        }
        let outcome = try await registrar.seal(
            image, as: definition, to: out ?? Self.sealedName(of: image), again: again)
        Terminal.endProgress()
        output.json ? try Terminal.json(outcome) : show(outcome)
        if stats { stages.end().forEach { Terminal.note($0) } }
    }

    /// The authority that was named; nil for none.
    private func stamper() throws -> TimeStamper? {
        guard let timeStamps else { return nil }
        guard let address = WebAddress(timeStamps) else {
            throw Failure.usage("--time-stamps \(timeStamps): not an address")
        }
        let authority = TimeStampAuthority(at: address)
        return { try await authority.answer(to: $0) }
    }

    private func target(_ workspace: Workspace) throws -> Registrar.Target {
        var target = Registrar.Target(folder: catalogue, calibration: background.calibration)
        if seals.seal {
            let key = try workspace.keys.signingKey(named: "catalogue", creating: true)
            target.seal = { try key.seal($0) }
        }
        return target
    }

    /// The catalogue's licensor; for a new catalogue the given one.
    private func licensorInForce() throws -> String {
        guard FileManager.default.fileExists(atPath: "\(catalogue)/catalogue.json") else {
            guard let licensor else {
                throw Failure.usage(
                    "\(catalogue): there is no catalogue yet; say whose it is with --licensor")
            }
            return licensor
        }
        let known = try Preparation.catalogue(catalogue).licensor
        guard licensor == nil || licensor == known else {
            throw Failure.usage(
                "\(catalogue): this is \(known)'s; keep one catalogue for each licensor")
        }
        return known
    }

    /// `fern.png` becomes `fern.sealed.png`, in the same folder.
    static func sealedName(of path: String) -> String {
        let place = URL(fileURLWithPath: path)
        let name = place.deletingPathExtension().lastPathComponent
        return place.deletingLastPathComponent()
            .appending(path: "\(name).sealed.\(place.pathExtension)").path
    }

    private func show(_ outcome: SealOutcome) {
        let seal = outcome.seal
        Terminal.line(
            outcome.wasSealed
                ? "\(outcome.asset): already sealed on \(seal.at); nothing was changed"
                : "\(outcome.asset): sealed")
        Terminal.line("  file       \(outcome.file)")
        if let mark = seal.mark {
            Terminal.line(
                "  mark       payload \(mark.payload) with \(mark.key), \(decibels(outcome.report.markDecibels)), tile of \(Int((outcome.report.tileSide ?? 0).rounded())) pixels"
            )
        }
        if let seam = outcome.report.seam {
            Terminal.line(
                String(
                    format: "  seam       %.2f; up to 1.05 the mark closes with the repeat", seam))
        }
        Terminal.line("  recovery   \(outcome.report.sentence)")
        for trial in outcome.report.trials {
            let mark =
                trial.threshold > 0
                ? (trial.isRead ? "mark read" : "mark lost")
                    + String(format: ", t %.1f of %.1f needed", trial.statistic, trial.threshold)
                : "no mark"
            let hash = trial.hashDistance.map { "; hash differs in \($0) of 256 bits" } ?? ""
            Terminal.line("    \(trial.handling): \(mark)\(hash)")
        }
        if let iscc = seal.iscc { Terminal.line("  ISCC       \(iscc)") }
        Terminal.line("  manifest   \(seal.manifestLabel), sha256 \(seal.manifest)")
        Terminal.line(
            "  signer     \(outcome.signer)"
                + (outcome.signerIsUnknown
                    ? ": our own certificate, so others see \"valid, unknown signer\"" : ""))
        Terminal.line(
            "  registered number \(outcome.number), catalogue generation \(outcome.generation), ledger entry \(outcome.ledgerIndex)"
        )
        for line in outcome.remarks + outcome.advice { Terminal.note("note: \(line)") }
    }

    private func show(_ outcome: ModelSealOutcome) {
        Terminal.line(
            outcome.wasSealed
                ? "\(outcome.asset): already sealed on \(outcome.seal.at); nothing was changed"
                : "\(outcome.asset): sealed")
        Terminal.line("  manifest   \(outcome.sidecar), \(outcome.seal.manifestLabel)")
        Terminal.line(
            "  recognised by \(outcome.tensors == 0 ? "the whole file only" : "the file and \(outcome.tensors) tensor\(outcome.tensors == 1 ? "" : "s")")"
        )
        Terminal.line("  registered number \(outcome.number), ledger entry \(outcome.ledgerIndex)")
        if let fault = outcome.fault { Terminal.note("note: \(fault)") }
    }

    private func decibels(_ value: Double?) -> String {
        value.map { String(format: "%.1f dB", $0) } ?? "invisible"
    }
}

/// What is said about an asset, as options; they stand over what a definition says.
struct SealWishes: ParsableArguments {
    @Option(help: ArgumentHelp("The asset's address.", valueName: "address"))
    var id: String?

    @Option(help: ArgumentHelp("The name people use; without it the file's.", valueName: "title"))
    var title: String?

    @Option(help: ArgumentHelp("Who made it; may be repeated.", valueName: "name"))
    var creator: [String] = []

    @Option(help: ArgumentHelp("The licensor's name as people know it.", valueName: "name"))
    var licensorName: String?

    @Option(help: ArgumentHelp("The copyright notice.", valueName: "text"))
    var copyright: String?

    @Option(help: ArgumentHelp("What is permitted, in words.", valueName: "text"))
    var terms: String?

    @Option(help: ArgumentHelp("A page about the rights.", valueName: "address"))
    var webStatement: String?

    @Option(help: ArgumentHelp("Where the licence stands.", valueName: "address"))
    var licence: String?

    @Option(
        help: ArgumentHelp(
            "A right relied on, KIND:JURISDICTION:BASIS; may be repeated.", valueName: "right"))
    var right: [String] = []

    @Option(
        help: ArgumentHelp(
            "How it was made, a term of IPTC's list, as digitalCreation or compositeWithTrainedAlgorithmicMedia.",
            valueName: "term"))
    var source: String?

    @Option(
        help: ArgumentHelp(
            "All training and mining: allowed or refused; finer in a definition.",
            valueName: "wish"))
    var training: TrainingWish?

    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp("How the file repeats: full, half-drop or brick.", valueName: "shape"))
    var shape: ShapeWish?

    @Flag(help: "Do not mark it: it is then recognised by its hashes only.")
    var unmarked = false

    enum TrainingWish: String, ExpressibleByArgument, CaseIterable {
        case allowed, refused
    }

    enum ShapeWish: String, ExpressibleByArgument, CaseIterable {
        case full, halfDrop = "half-drop", brick

        var shape: RepeatShape {
            switch self {
            case .full: .rectangular
            case .halfDrop: .halfDrop
            case .brick: .brick
            }
        }
    }

    /// The definition of a file with these options over it.
    func definition(over file: String?) throws -> SealDefinition {
        var definition = try file.map { try SealDefinition(file: $0) } ?? SealDefinition()
        definition.id = id ?? definition.id
        definition.title = title ?? definition.title
        definition.creators = creator.isEmpty ? definition.creators : creator
        definition.licensorName = licensorName ?? definition.licensorName
        definition.copyright = copyright ?? definition.copyright
        definition.terms = terms ?? definition.terms
        definition.webStatement = webStatement ?? definition.webStatement
        definition.licence = licence ?? definition.licence
        definition.source = source ?? definition.source
        if !right.isEmpty {
            definition.rights = try right.map { text in
                guard let right = SealDefinition.right(text) else {
                    throw Failure.usage("--right \(text): has to be KIND:JURISDICTION:BASIS")
                }
                return right
            }
        }
        if let training {
            definition.trainingMining = SealDefinition.trainingWords.map { _, name in
                TrainingMiningEntry(
                    name: name, use: training == .allowed ? "allowed" : "notAllowed")
            }
        }
        if let shape { definition.repeating = shape.shape }
        if unmarked { definition.isMarked = false }
        return definition
    }
}
