// An ingredient that is about to be written, with the manifests that it brings along.

internal import SelvageTypes

/// An ingredient as it will be written.
struct PreparedIngredient {
    let name: String
    let relationship: ManifestDefinition.Ingredient.Relationship
    /// The assertion.
    let cbor: CBORValue
    /// The manifests of its store, in order.
    let carried: [JUMBFBox]

    /// Reads and checks what the ingredient's file carries.
    ///
    /// - Throws: `ManifestError` when its credentials cannot be taken apart.
    init(_ ingredient: ManifestDefinition.Ingredient, at moment: Instant) throws(ManifestError) {
        name = ingredient.name
        relationship = ingredient.relationship
        var members: [(String, CBORValue?)] = [
            ("dc:title", .text(ingredient.title)),
            (
                "dc:format",
                (ingredient.format ?? ingredient.file?.format.mediaType).map(CBORValue.text)
            ),
            ("relationship", .text(ingredient.relationship.rawValue)),
            ("description", ingredient.description.map(CBORValue.text)),
            ("informationalURI", ingredient.informationalURI.map(CBORValue.text)),
            ("dataTypes", Self.dataTypes(ingredient)),
        ]
        guard let file = ingredient.file,
            let report = try ManifestReader(at: moment).read(file)
        else {
            members.append(
                ("digitalSourceType", ingredient.digitalSourceType.map { .text($0.iri) }))
            cbor = CBORValue(members: members)
            carried = []
            return
        }
        let store = try ManifestStore(reading: try Self.store(of: file))
        let active = store.active
        guard let signature = active.signature else {
            throw ManifestError(
                .unusableDefinition, "The credentials of \(ingredient.title) are not signed.")
        }
        carried = store.manifests.map(\.box)
        members += [
            ("instanceID", report.active.instance.map(CBORValue.text)),
            ("activeManifest", Self.link(active.url(), active.box).cbor),
            ("claimSignature", Self.link(active.signatureURL, signature).cbor),
            ("validationResults", Self.results(report)),
        ]
        cbor = CBORValue(members: members)
    }

    private static func dataTypes(_ ingredient: ManifestDefinition.Ingredient) -> CBORValue? {
        guard !ingredient.dataTypes.isEmpty else { return nil }
        return .array(
            ingredient.dataTypes.map { type in
                CBORValue(members: [
                    ("type", .text(type)), ("version", ingredient.version.map(CBORValue.text)),
                ])
            })
    }

    private static func store(of file: ImageFile) throws(ManifestError) -> [UInt8] {
        do throws(ImageFileError) {
            return try file.manifestStore()?.bytes ?? []
        } catch {
            throw ManifestError(.unusableFile, error.description)
        }
    }

    private static func link(_ url: String, _ box: JUMBFBox) -> HashedURI {
        HashedURI(
            url: url, algorithm: "sha256", hash: ManifestHash.sha256.digest(of: box.payload))
    }

    /// What its checks came to, so that later readers can tell what has changed since.
    ///
    /// - Source: C2PA 2.2, 18.15.
    private static func results(_ report: ManifestReport) -> CBORValue {
        CBORValue(members: [("activeManifest", map(report.active.results))])
    }

    private static func map(_ results: ManifestResults) -> CBORValue {
        func list(_ kind: ManifestStatus.Kind) -> CBORValue {
            .array(
                results.all.filter { $0.kind == kind }.map { status in
                    CBORValue(members: [
                        ("code", .text(status.code)), ("explanation", .text(status.explanation)),
                        ("url", .text(status.url)),
                    ])
                })
        }
        return CBORValue(members: [
            ("failure", list(.failure)), ("informational", list(.informational)),
            ("success", list(.success)),
        ])
    }

    /// All manifests that ingredients bring along, each once.
    ///
    /// - Throws: `ManifestError` when two that differ have the same label.
    static func merged(_ ingredients: [Self]) throws(ManifestError) -> [JUMBFBox] {
        var known: [String: JUMBFBox] = [:]
        var all: [JUMBFBox] = []
        for box in ingredients.flatMap(\.carried) {
            if let other = known[box.label] {
                guard other.payload == box.payload else {
                    throw ManifestError(
                        .unusableDefinition,
                        "Two ingredients carry different manifests with the label \(box.label).")
                }
            } else {
                known[box.label] = box
                all.append(box)
            }
        }
        return all
    }
}

extension ImageFile.Format {
    /// The media type of files of this format.
    var mediaType: String { "image/" + rawValue }
}
