// What went into an asset: the links to its ingredients, and the manifests they brought along.

internal import SelvageTypes

/// An ingredient assertion of any of its three versions.
///
/// - Source: C2PA 2.2, 18.15 (v3); C2PA 1.4 (v1 and v2).
struct IngredientAssertion {
    let label: String
    let value: CBORValue
    let relationship: String
    /// The link to its manifest.
    let manifest: HashedURI?
    /// The link to its manifest's signature, in version 3.
    let signature: HashedURI?

    /// Reads an assertion; nil when it is not an ingredient.
    init?(_ box: JUMBFBox) {
        guard box.label.hasPrefix("c2pa.ingredient"),
            let value = AssertionContent(box).cbor, let relationship = value["relationship"]?.text
        else { return nil }
        self.value = value
        self.relationship = relationship
        label = box.label
        manifest = (value["activeManifest"] ?? value["c2pa_manifest"]).flatMap(HashedURI.init)
        signature = value["claimSignature"].flatMap(HashedURI.init)
    }

    var manifestPath: JUMBFPath? { manifest.flatMap { JUMBFPath($0.url) } }

    /// Failures that were known when the ingredient was taken in, as code and last label.
    ///
    /// - Source: C2PA 2.2, 18.15.
    var knownFailures: Set<String> {
        var results = value["validationStatus"]?.array ?? []
        results += value["validationResults"]?["activeManifest"]?["failure"]?.array ?? []
        for delta in value["validationResults"]?["ingredientDeltas"]?.array ?? [] {
            results += delta["validationDeltas"]?["failure"]?.array ?? []
        }
        return Set(
            results.compactMap { result in
                result["code"]?.text.map { Self.failureKey($0, result["url"]?.text ?? "") }
            })
    }

    static func failureKey(_ code: String, _ url: String) -> String {
        "\(code) \(url.split(separator: "/").last.map(String.init) ?? "")"
    }
}

extension ManifestCheck {
    /// Failures that only say that time has passed since an ingredient was taken in.
    private static let ageing: Set = [
        "signingCredential.expired", "claimSignature.outsideValidity",
    ]

    /// Reads the ingredients of a manifest, and their manifests in turn.
    mutating func ingredients(
        of manifest: StoredManifest, _ claim: ManifestClaim, _ declared: [JUMBFBox],
        into results: inout ManifestResults
    ) -> [ReadIngredient] {
        let found = declared.filter { $0.label.hasPrefix("c2pa.ingredient") }
        let readable = found.compactMap(IngredientAssertion.init)
        if readable.count != found.count {
            results.add(
                .failure, "assertion.ingredient.malformed",
                manifest.assertionURL("c2pa.ingredient"),
                "an ingredient cannot be read")
        }
        if readable.filter({ $0.relationship == "parentOf" }).count > 1 {
            results.add(
                .failure, "manifest.multipleParents", manifest.url(),
                "the manifest names several parents")
        }
        return readable.map { ingredient($0, of: manifest, claim) }
    }

    private mutating func ingredient(
        _ assertion: IngredientAssertion, of manifest: StoredManifest, _ claim: ManifestClaim
    ) -> ReadIngredient {
        let value = assertion.value
        var read = ReadIngredient(label: assertion.label, relationship: assertion.relationship)
        read.title = value["dc:title"]?.text
        read.format = value["dc:format"]?.text
        read.instance = value["instanceID"]?.text
        read.description = value["description"]?.text
        read.informationalURI = value["informational_URI"]?.text ?? value["informationalURI"]?.text
        read.dataTypes =
            (value["data_types"] ?? value["dataTypes"])?.array?.compactMap {
                $0["type"]?.text
            } ?? []
        read.version =
            (value["data_types"] ?? value["dataTypes"])?.array?.compactMap {
                $0["version"]?.text
            }.first
        let url = manifest.assertionURL(assertion.label)
        guard let link = assertion.manifest else {
            read.results.add(
                .informational, "ingredient.unknownProvenance", url,
                "\(read.title ?? "the ingredient") has no manifest")
            return read
        }
        read.manifestLabel = assertion.manifestPath?.manifest
        guard let path = assertion.manifestPath, path.labels.isEmpty,
            let label = path.manifest, let stored = store[label]
        else {
            read.results.add(
                .failure, "ingredient.manifest.missing", url, "the ingredient's manifest is missing"
            )
            read.state = .invalid
            brokenPromises = true
            return read
        }
        check(link, assertion, stored, claim, into: &read.results)
        visit(stored, of: assertion, into: &read)
        // A manifest that only adds stands and falls with the one it adds to.
        if manifest.isUpdate, assertion.relationship == "parentOf", read.state == .invalid {
            brokenPromises = true
        }
        return read
    }

    /// Compares what an ingredient assertion promises of a manifest with the manifest.
    private mutating func check(
        _ link: HashedURI, _ assertion: IngredientAssertion, _ stored: StoredManifest,
        _ claim: ManifestClaim, into results: inout ManifestResults
    ) {
        let hash = claim.hash(of: link)
        let took = redactedManifests.contains(stored.label)
        if let hash, digest(of: stored.box, stored.url(), hash) == link.hash {
            results.add(
                .success, "ingredient.manifest.validated", stored.url(),
                "the ingredient's manifest is the one that was taken in")
        } else if hash.map({ claimDigest(of: stored, $0) }) != link.hash,
            !(took && assertion.signature != nil)
        {
            results.add(
                .failure, "ingredient.manifest.mismatch", stored.url(),
                "the ingredient's manifest is not the one that was taken in")
            brokenPromises = true
        }
        guard let signature = assertion.signature else { return }
        if let box = stored.signature, let hash = claim.hash(of: signature),
            JUMBFPath(signature.url) == JUMBFPath(stored.signatureURL),
            digest(of: box, stored.signatureURL, hash) == signature.hash
        {
            results.add(
                .success, "ingredient.claimSignature.validated", stored.signatureURL,
                "the ingredient's signature is the one that was taken in")
        } else {
            results.add(
                .failure, "ingredient.claimSignature.mismatch", stored.signatureURL,
                "the ingredient's signature is not the one that was taken in")
            brokenPromises = true
        }
    }

    /// The hash of a part, computed once however many references name it.
    private mutating func digest(
        of box: JUMBFBox, _ url: String, _ hash: ManifestHash
    ) -> [UInt8] {
        let key = "\(hash.rawValue) \(url)"
        if let known = digests[key] { return known }
        let digest = hash.digest(of: box.payload)
        digests[key] = digest
        return digest
    }

    /// The hash of a claim: early writers referred to their ingredients by it alone.
    private mutating func claimDigest(of stored: StoredManifest, _ hash: ManifestHash) -> [UInt8]? {
        let key = "\(hash.rawValue) claim of \(stored.label)"
        if let known = digests[key] { return known }
        let digest = stored.claims.first?.onlyBox("cbor").map { hash.digest(of: $0) }
        digests[key] = digest
        return digest
    }

    /// Reads the manifest of an ingredient, once for all that link to it.
    private mutating func visit(
        _ stored: StoredManifest, of assertion: IngredientAssertion, into read: inout ReadIngredient
    ) {
        if let known = visited[stored.label] {
            read.state = read.results.failures.isEmpty ? known : .invalid
            return
        }
        guard depth < Self.depthLimit else {
            read.results.add(
                .failure, "ingredient.manifest.mismatch", stored.url(),
                "the ingredients go back more than \(Self.depthLimit) generations")
            read.state = .invalid
            brokenPromises = true
            return
        }
        depth += 1
        let manifest = manifest(stored, isActive: false)
        depth -= 1
        let known = assertion.knownFailures
        let news = manifest.results.failures.filter {
            !ManifestStatus.untrustedCodes.contains($0.code) && !Self.ageing.contains($0.code)
                && !known.contains(IngredientAssertion.failureKey($0.code, $0.url))
        }
        if !news.isEmpty { brokenPromises = true }
        read.state = read.results.failures.isEmpty ? manifest.results.state : .invalid
        read.manifest = manifest
    }
}
