// Whether a claim's signature is its signer's, when it was made, and who vouches for the signer.

internal import SelvageTypes

extension ManifestCheck {
    /// Checks the signature of a claim, its time-stamp and its certificates.
    ///
    /// - Returns: Who signed; nil when the signature or its certificates cannot be read.
    /// - Source: C2PA 2.2, 15.7 and 15.8.
    func signature(
        of manifest: StoredManifest, _ claim: ManifestClaim, into results: inout ManifestResults
    ) -> ManifestSignerFacts? {
        let url = manifest.signatureURL
        guard let cose = envelope(of: manifest, claim, into: &results) else { return nil }
        guard let algorithm = cose.algorithm else {
            results.add(
                .failure, "algorithm.unsupported", url,
                "the signature's algorithm is not one that C2PA allows")
            return nil
        }
        let chain: CertificateChain
        do throws(DERError) {
            chain = try CertificateChain(der: cose.chain)
        } catch {
            results.add(.failure, "signingCredential.invalid", url, error.detail)
            return nil
        }
        var facts = ManifestSignerFacts(
            subject: chain.leaf.subject.display, issuer: chain.leaf.issuer.display,
            serial: chain.leaf.serialNumber, algorithm: algorithm.name)
        let stamp = timeStamp(of: cose, claim, url, into: &results)
        facts.time = stamp?.moment
        facts.timeIsTrusted = stamp?.isTrusted ?? false
        let moments = JudgedMoments(
            validity: stamp.flatMap { $0.counts ? $0.moment : nil } ?? reader.now,
            trust: stamp.flatMap { $0.isTrusted ? $0.moment : nil } ?? reader.now)
        judge(cose, over: claim.bytes, chain, at: moments, url, into: &results)
        return facts
    }

    /// The signature that the claim names, which must be its own manifest's.
    private func envelope(
        of manifest: StoredManifest, _ claim: ManifestClaim, into results: inout ManifestResults
    ) -> COSESign1? {
        let url = manifest.signatureURL
        guard let box = manifest.signature, let path = JUMBFPath(claim.signatureURL),
            path.labels == ["c2pa.signature"], path.manifest ?? manifest.label == manifest.label
        else {
            results.add(.failure, "claimSignature.missing", url, "the claim is not signed")
            return nil
        }
        do throws(COSEError) {
            guard let bytes = box.onlyBox("cbor") else {
                throw COSEError(detail: "the signature's box holds no COSE")
            }
            return try COSESign1(reading: bytes)
        } catch {
            results.add(.failure, "claimSignature.mismatch", url, error.detail)
            return nil
        }
    }

    private func judge(
        _ cose: COSESign1, over payload: [UInt8], _ chain: CertificateChain,
        at moments: JudgedMoments, _ url: String, into results: inout ManifestResults
    ) {
        let moment = moments.validity
        let leaf = chain.leaf
        if let objection = leaf.objection(to: .claimSigning) {
            results.add(.failure, "signingCredential.invalid", url, objection)
        }
        if !leaf.isValid(at: moment) {
            results.add(
                .failure, "signingCredential.expired", url,
                "the signer's certificate is valid from \(leaf.validFrom) to \(leaf.validTo)")
        }
        if reader.anchors.vouch(for: leaf, with: chain.others, at: moments.trust) {
            results.add(
                .success, "signingCredential.trusted", url,
                "the signer is vouched for by a trusted anchor")
        } else {
            results.add(
                .failure, "signingCredential.untrusted", url,
                "no trusted anchor vouches for the signer")
        }
        guard cose.isValid(over: payload, key: leaf.key) else {
            results.add(
                .failure, "claimSignature.mismatch", url,
                "the claim was changed after it was signed, or another key signed it")
            return
        }
        if leaf.isValid(at: moment) {
            results.add(
                .success, "claimSignature.insideValidity", url,
                "the certificate was valid at \(moment)")
        }
        results.add(.success, "claimSignature.validated", url, "the claim is as it was signed")
    }
}

/// The moments that a signer's certificates are judged at.
private struct JudgedMoments {
    /// Whether the certificate had begun and not yet ended.
    let validity: Instant
    /// Whether an anchor vouches for it: only an authority that is trusted itself moves this one
    /// into the past, else whoever holds an expired key could be trusted for ever.
    let trust: Instant
}

/// What a time-stamp comes to.
struct CheckedTimeStamp {
    let moment: Instant
    let isTrusted: Bool
    /// Whether the certificate's validity is judged at this moment instead of now.
    let counts: Bool
}

extension ManifestCheck {
    /// The time-stamp of a signature, when it holds.
    ///
    /// A stamp that does not hold counts for nothing, and is no fault of the manifest.
    ///
    /// - Source: C2PA 2.2, 10.3 (`sigTst2` over the signature) and C2PA 1.4
    ///   (`sigTst` over the claim; its authorities predate the list of trusted ones, so for claims of
    ///   version 1 it keeps a certificate from having ended, and makes nobody trusted).
    func timeStamp(
        of cose: COSESign1, _ claim: ManifestClaim, _ url: String,
        into results: inout ManifestResults
    ) -> CheckedTimeStamp? {
        let second = cose.unprotected["sigTst2"]
        guard let container = second ?? cose.unprotected["sigTst"] else { return nil }
        guard let tokens = container["tstTokens"]?.array, tokens.count == 1,
            let bytes = tokens[0]["val"]?.bytes
        else {
            results.add(
                .informational, "timeStamp.malformed", url, "the time-stamp cannot be read")
            return nil
        }
        let stamp: ManifestTimeStamp
        do throws(DERError) {
            stamp = try ManifestTimeStamp(reading: bytes)
        } catch {
            results.add(.informational, "timeStamp.malformed", url, error.detail)
            return nil
        }
        let first = CBORValue.array([
            .text("CounterSignature"), .bytes(cose.protectedBytes), .bytes([]),
            .bytes(claim.bytes),
        ]).encoded
        let message = second != nil ? cose.timeStamped : first
        return judge(
            stamp, over: message, isFirstForm: second == nil && claim.version == 1, url,
            into: &results)
    }

    private func judge(
        _ stamp: ManifestTimeStamp, over message: [UInt8], isFirstForm: Bool, _ url: String,
        into results: inout ManifestResults
    ) -> CheckedTimeStamp? {
        let authority = stamp.signer.subject.display
        guard stamp.covers(message) else {
            results.add(
                .informational, "timeStamp.mismatch", url,
                "the time-stamp of \(authority) is over something else")
            return nil
        }
        guard stamp.signer.isValid(at: stamp.moment) else {
            results.add(
                .informational, "timeStamp.outsideValidity", url,
                "the certificate of \(authority) was not valid at \(stamp.moment)")
            return nil
        }
        results.add(
            .success, "timeStamp.validated", url,
            "\(authority) saw the signature at \(stamp.moment)")
        let isTrusted =
            stamp.signer.objection(to: .timeStamping) == nil
            && reader.timeAnchors.vouch(
                for: stamp.signer, with: stamp.others, at: stamp.moment)
        if isTrusted {
            results.add(.success, "timeStamp.trusted", url, "\(authority) is trusted")
        } else {
            results.add(
                .informational, "timeStamp.untrusted", url,
                "no trusted anchor vouches for \(authority)")
        }
        return CheckedTimeStamp(
            moment: stamp.moment, isTrusted: isTrusted, counts: isTrusted || isFirstForm)
    }
}
