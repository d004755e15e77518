// Whether the assertions are those that were signed, and whether the actions hold together.

extension ManifestCheck {
    /// Checks every reference of a claim to its assertions.
    ///
    /// - Returns: The assertions that are as the claim says.
    /// - Source: C2PA 2.2, 15.10.
    func assertions(
        of manifest: StoredManifest, _ claim: ManifestClaim, into results: inout ManifestResults
    ) -> [JUMBFBox] {
        var declared: [String: JUMBFBox] = [:]
        var order: [String] = []
        for reference in claim.assertions {
            guard let path = JUMBFPath(reference.url), let label = path.assertion,
                path.manifest ?? manifest.label == manifest.label
            else {
                results.add(
                    .failure, "assertion.outsideManifest", reference.url,
                    "the claim lists an assertion that is not its manifest's")
                continue
            }
            guard declared[label] == nil else {
                results.add(
                    .failure, "claim.malformed", reference.url, "the claim lists \(label) twice")
                continue
            }
            order.append(label)
            declared[label] = match(reference, label, manifest, claim, into: &results)
        }
        let listed = Set(order)
        for box in manifest.assertions where !listed.contains(box.label) {
            results.add(
                .failure, "assertion.undeclared", manifest.assertionURL(box.label),
                "the claim does not list the assertion \(box.label)")
        }
        checkRedactions(manifest, claim, into: &results)
        return order.compactMap { declared[$0] }
    }

    private func match(
        _ reference: HashedURI, _ label: String, _ manifest: StoredManifest,
        _ claim: ManifestClaim, into results: inout ManifestResults
    ) -> JUMBFBox? {
        let url = manifest.assertionURL(label)
        guard let box = manifest.assertion(label) else {
            if !redacted.contains(url) {
                results.add(.failure, "assertion.missing", url, "the assertion \(label) is missing")
            }
            return nil
        }
        guard let hash = claim.hash(of: reference) else {
            results.add(
                .failure, "algorithm.unsupported", url,
                "the hash of \(label) is not one that C2PA allows")
            return nil
        }
        guard hash.digest(of: box.payload) == reference.hash else {
            if !redacted.contains(url) {
                results.add(
                    .failure, "assertion.hashedURI.mismatch", url,
                    "the assertion \(label) was changed after it was signed")
            }
            return nil
        }
        if case .damaged(let code, let detail) = AssertionContent(box) {
            results.add(.failure, code, url, detail)
            return nil
        }
        results.add(
            .success, "assertion.hashedURI.match", url, "the assertion \(label) is as it was signed"
        )
        return box
    }

    /// A claim may take out what others said.
    ///
    /// It may take out neither its own assertions, nor what was done, nor what ties a manifest to
    /// its file.
    ///
    /// - Source: C2PA 2.2, 6.8.
    private func checkRedactions(
        _ manifest: StoredManifest, _ claim: ManifestClaim, into results: inout ManifestResults
    ) {
        for url in claim.redacted {
            let path = JUMBFPath(url)
            let label = path?.assertion ?? ""
            if path?.manifest ?? manifest.label == manifest.label {
                results.add(
                    .failure, "assertion.selfRedacted", url, "a claim takes out its own assertion")
            } else if label.hasPrefix("c2pa.actions") {
                results.add(
                    .failure, "assertion.action.redacted", url, "a claim takes out what was done")
            } else if label.hasPrefix("c2pa.hash.") {
                results.add(
                    .failure, "assertion.dataHash.redacted", url, "a claim takes out a hard binding"
                )
            } else if label.isEmpty {
                results.add(
                    .failure, "assertion.notRedacted", url,
                    "what a claim says it takes out is no assertion")
            } else if let path, let box = store.assertion(path, from: manifest),
                !Self.isEmptied(box)
            {
                results.add(
                    .failure, "assertion.notRedacted", url,
                    "an assertion that was to be taken out is still there")
            }
        }
    }

    /// Whether nothing but zeros is left of an assertion.
    private static func isEmptied(_ box: JUMBFBox) -> Bool {
        box.contents.allSatisfy {
            if case .box(_, let bytes) = $0 { bytes.allSatisfy { $0 == 0 } } else { false }
        }
    }
}

extension ManifestCheck {
    /// Whether the actions begin as they must and name ingredients that are there.
    ///
    /// - Source: C2PA 2.2, 18.14 (actions) and 15.10.
    func checkActions(
        of manifest: StoredManifest, _ claim: ManifestClaim, _ actions: [ReadAction],
        into results: inout ManifestResults
    ) {
        guard claim.version == 2 else { return }
        let label = manifest.assertions.first { $0.label.hasPrefix("c2pa.actions") }?.label
        let url = manifest.assertionURL(label ?? "c2pa.actions.v2")
        let openings = actions.filter { ["c2pa.created", "c2pa.opened"].contains($0.action) }
        if !manifest.isUpdate {
            guard let first = actions.first, openings.count == 1, openings[0] == first else {
                results.add(
                    .failure, "assertion.action.malformed", url,
                    "the actions do not begin with one c2pa.created or c2pa.opened")
                return
            }
        }
        let needing: Set = ["c2pa.opened", "c2pa.placed", "c2pa.removed"]
        for action in actions where needing.contains(action.action) {
            let known = action.ingredients.filter {
                $0.hasPrefix("c2pa.ingredient") && manifest.assertion($0) != nil
            }
            if known.isEmpty || known.count != action.ingredients.count {
                results.add(
                    .failure, "assertion.action.ingredientMismatch", url,
                    "the action \(action.action) does not name an ingredient that is there")
            }
        }
    }
}
