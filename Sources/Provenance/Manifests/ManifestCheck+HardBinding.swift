// Whether the file is the one that the manifest was made for.

extension ManifestCheck {
    /// Checks what ties the active manifest to the file.
    ///
    /// An update manifest has no binding of its own; that of the manifest it continues counts.
    ///
    /// - Source: C2PA 2.2, 15.12.
    func checkHardBinding(
        of manifest: StoredManifest, _ claim: ManifestClaim, _ declared: [JUMBFBox],
        isActive: Bool, into read: inout ReadManifest
    ) {
        let bindings = declared.filter { Self.isHardBinding($0.label) }
        read.hardBinding = bindings.first?.label
        if manifest.isUpdate {
            guard bindings.isEmpty else {
                read.results.add(
                    .failure, "manifest.update.invalid", manifest.url(),
                    "a manifest that only adds has a hard binding of its own")
                return
            }
            if isActive { checkBindingOfParent(manifest, declared, into: &read.results) }
            return
        }
        guard bindings.count == 1 else {
            // A binding that is there and was changed has been reported already.
            let several = bindings.count > 1
            if several || !manifest.assertions.contains(where: { Self.isHardBinding($0.label) }) {
                read.results.add(
                    .failure,
                    several ? "assertion.multipleHardBindings" : "claim.hardBindings.missing",
                    manifest.url(),
                    several
                        ? "the manifest has several hard bindings"
                        : "nothing ties the manifest to a file")
            }
            return
        }
        guard isActive else { return }
        check(bindings[0], manifest, claim, into: &read.results)
    }

    private static func isHardBinding(_ label: String) -> Bool {
        label.hasPrefix("c2pa.hash.") && !label.contains(".part")
            && !label.hasPrefix("c2pa.hash.multi-asset")
    }

    /// Follows parents through manifests that only add, up to one that has a binding.
    private func checkBindingOfParent(
        _ manifest: StoredManifest, _ declared: [JUMBFBox], into results: inout ManifestResults
    ) {
        var current = manifest
        for _ in 0..<Self.depthLimit {
            let parents = current.assertions.compactMap(IngredientAssertion.init).filter {
                $0.relationship == "parentOf"
            }
            guard parents.count == 1, let label = parents[0].manifestPath?.manifest,
                let parent = store[label], parent.claims.count == 1,
                let claim = ManifestClaim(parent.claims[0])
            else { break }
            if !parent.isUpdate {
                guard let binding = parent.assertions.first(where: { Self.isHardBinding($0.label) })
                else { break }
                check(binding, parent, claim, hasGrown: true, into: &results)
                return
            }
            current = parent
        }
        results.add(
            .failure, "manifest.update.wrongParents", manifest.url(),
            "a manifest that only adds does not continue one that is tied to a file")
    }

    private func check(
        _ box: JUMBFBox, _ manifest: StoredManifest, _ claim: ManifestClaim,
        hasGrown: Bool = false, into results: inout ManifestResults
    ) {
        let url = manifest.assertionURL(box.label)
        let value = AssertionContent(box).cbor
        switch box.label {
        case "c2pa.hash.data":
            var binding = DataHashBinding(value, claim)
            if hasGrown { binding.followGrowth(to: asset.storeRanges) }
            binding.check(asset, url, into: &results)
        case "c2pa.hash.boxes":
            BoxesHashBinding(value, claim).check(asset, url, into: &results)
        default:
            results.add(
                .failure, "general.error", url,
                "the hard binding \(box.label) is for other kinds of file and is not checked")
        }
    }
}
