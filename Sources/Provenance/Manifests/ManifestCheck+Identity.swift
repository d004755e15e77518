// Who says that they stand behind a manifest, and whether that holds.

extension ManifestCheck {
    /// Reads and checks the identity assertions of a manifest.
    ///
    /// Those signed with an X.509 certificate are checked; those of an identity provider rest on
    /// documents that would have to be fetched, and are only reported.
    ///
    /// - Source: CAWG Identity Assertion 1.1, 7 and 8.2.
    func identities(
        of manifest: StoredManifest, _ claim: ManifestClaim, _ declared: [JUMBFBox],
        into results: inout ManifestResults
    ) -> [ReadIdentity] {
        let boxes = declared.filter {
            $0.label == "cawg.identity" || $0.label.hasPrefix("cawg.identity__")
        }
        return boxes.compactMap { box in
            let url = manifest.assertionURL(box.label)
            guard let value = AssertionContent(box).cbor, let payload = value["signer_payload"],
                let type = payload["sig_type"]?.text, let signature = value["signature"]?.bytes,
                let listed = payload["referenced_assertions"]?.array
            else {
                results.add(
                    .failure, "cawg.identity.cbor.invalid", url,
                    "a statement of identity cannot be read")
                return nil
            }
            let references = listed.compactMap(HashedURI.init)
            var read = ReadIdentity(
                label: box.label, signatureType: type,
                referenced: references.compactMap { JUMBFPath($0.url)?.assertion },
                roles: payload["role"]?.array?.compactMap(\.text) ?? [])
            guard references.count == listed.count, covers(references, claim, url, into: &results)
            else { return read }
            if type == "cawg.x509.cose" {
                read.subject = subject(signature, over: payload, url, into: &results)
            } else {
                results.add(
                    .informational, "cawg.ica.untrusted_issuer", url,
                    "whoever issued this statement of identity was not asked")
            }
            return read
        }
    }

    /// Whether a statement speaks for assertions of this claim, the hard binding among them.
    private func covers(
        _ references: [HashedURI], _ claim: ManifestClaim, _ url: String,
        into results: inout ManifestResults
    ) -> Bool {
        let own = Dictionary(
            claim.assertions.map { (JUMBFPath($0.url)?.assertion, $0.hash) },
            uniquingKeysWith: { first, _ in first })
        let labels = references.map { JUMBFPath($0.url)?.assertion }
        for (reference, label) in zip(references, labels) {
            guard let label, own[label] == reference.hash else {
                results.add(
                    .failure, "cawg.identity.assertion.mismatch", url,
                    "a statement of identity speaks for something else than what is here")
                return false
            }
        }
        guard labels.contains(where: { $0?.hasPrefix("c2pa.hash.") == true }) else {
            results.add(
                .failure, "cawg.identity.hard_binding_missing", url,
                "a statement of identity is not tied to the file")
            return false
        }
        return true
    }

    /// The subject of the certificate that signed a statement.
    private func subject(
        _ signature: [UInt8], over payload: CBORValue, _ url: String,
        into results: inout ManifestResults
    ) -> String? {
        guard let cose = try? COSESign1(reading: signature),
            let chain = try? CertificateChain(der: cose.chain),
            chain.leaf.objection(to: .identity) == nil, chain.leaf.isValid(at: reader.now)
        else {
            results.add(
                .failure, "cawg.x509.credential.invalid", url,
                "the certificate of a statement of identity cannot be used")
            return nil
        }
        guard cose.isValid(over: payload.encoded, key: chain.leaf.key) else {
            results.add(
                .failure, "cawg.x509.signature.mismatch", url,
                "a statement of identity was changed after it was signed")
            return nil
        }
        results.add(
            .success, "cawg.x509.signature.validated", url,
            "the statement of identity is as it was signed")
        if reader.identityAnchors.vouch(for: chain.leaf, with: chain.others, at: reader.now) {
            results.add(
                .success, "cawg.x509.credential.trusted", url, "whoever made it is vouched for")
        } else {
            results.add(
                .failure, "cawg.x509.credential.untrusted", url,
                "no trusted anchor vouches for whoever made it")
        }
        results.add(
            .success, "cawg.identity.well-formed", url, "the statement of identity is complete")
        return chain.leaf.subject.display
    }
}
