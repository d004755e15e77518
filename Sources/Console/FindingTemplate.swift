// The page of one finding: both pictures, the verdict with its reason, the facts and the evidence.

extension Templates {
    static let finding = """
        <p class="small"><a href="{{listAddress}}">{{listName}}</a></p>
        <div class="title"><h1>{{asset}}</h1><span class="chip {{tone}}">{{verdict}}</span></div>
        <p class="soft any"><bdi>{{seller}}</bdi>{{#standing}}, {{standing}}{{/standing}} · {{site}} · first seen <time datetime="{{moment}}">{{time}}</time></p>

        """ + pictures + verdictAndUse + facts + keeping

    private static let pictures = """
        <section class="card" aria-label="Pictures"><div class="pair">
        <figure><div class="frame">{{#foundImage}}<img src="{{foundImage}}" alt="The picture as found on {{site}}">{{/foundImage}}{{^foundImage}}No picture is kept for this use.{{/foundImage}}</div>
        <figcaption><b>Found</b>{{#page}}<br>Page: {{>link}}{{/page}}{{#image}}<br>Image: {{>link}}{{/image}}</figcaption></figure>
        <figure><div class="frame">{{#licensedImage}}<img src="{{licensedImage}}" alt="The licensed picture of {{asset}}">{{/licensedImage}}{{^licensedImage}}The catalogue holds no picture of this asset.{{/licensedImage}}</div>
        <figcaption><b>Licensed</b><br>{{assetID}}</figcaption></figure>
        </div></section>

        """

    private static let verdictAndUse = """
        <div class="columns">
        <section class="card" aria-labelledby="verdict"><h2 id="verdict">Verdict</h2>
        <p class="why">{{explanation}}</p>
        {{#resale}}<p class="note">{{resale}}</p>{{/resale}}
        <dl>{{#reasons}}<dt>{{name}}</dt><dd>{{#values}}<div class="any"><bdi>{{.}}</bdi></div>{{/values}}</dd>
        {{/reasons}}</dl></section>
        <section class="card" aria-labelledby="use"><h2 id="use">Use</h2>
        <dl>{{#use}}<dt>{{name}}</dt><dd><bdi>{{value}}</bdi></dd>
        {{/use}}</dl></section>
        </div>
        <section class="card" aria-labelledby="match"><h2 id="match">Match</h2>
        {{#hasSightings}}<table class="stack" role="table">
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Seen</th><th scope="col" role="columnheader">Image</th><th scope="col" role="columnheader">Method</th>
        <th scope="col" role="columnheader">Area and colours</th><th scope="col" role="columnheader">Orientation</th><th scope="col" role="columnheader">Closeness</th><th scope="col" role="columnheader">False match</th></tr></thead>
        <tbody role="rowgroup">{{#sightings}}<tr role="row">
        <td role="cell" data-label="Seen" class="num nowrap"><time datetime="{{moment}}">{{time}}</time></td>
        <td role="cell" data-label="Image"><span class="any">{{#image}}{{>link}}{{/image}}</span></td>
        <td role="cell" data-label="Method"><span>{{method}}</span></td>
        <td role="cell" data-label="Area and colours"><span>{{area}}</span></td>
        <td role="cell" data-label="Orientation"><span>{{orientation}}</span></td>
        <td role="cell" data-label="Closeness" class="num"><span>{{closeness}}</span></td>
        <td role="cell" data-label="False match" class="num"><span>{{probability}}</span></td></tr>
        {{/sightings}}</tbody></table>{{/hasSightings}}
        {{^hasSightings}}<p class="soft">No picture was matched for this use.</p>{{/hasSightings}}
        {{#hasRemarks}}<h3>Marks and credentials</h3>
        <dl>{{#remarks}}<dt><span class="any">{{#image}}{{>link}}{{/image}}</span></dt><dd>{{#values}}<div class="any"><bdi>{{.}}</bdi></div>{{/values}}</dd>
        {{/remarks}}</dl>{{/hasRemarks}}
        </section>

        """

    private static let facts = """
        <section class="card" aria-labelledby="facts"><h2 id="facts">Facts</h2>
        {{#hasFacts}}<table class="stack" role="table">
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Property</th><th scope="col" role="columnheader">Value</th><th scope="col" role="columnheader">Source</th><th scope="col" role="columnheader">Read at</th></tr></thead>
        <tbody role="rowgroup">{{#facts}}<tr role="row"><td role="cell" data-label="Property"><span>{{name}}</span></td>
        <td role="cell" data-label="Value"><bdi>{{value}}</bdi></td>
        <td role="cell" data-label="Source"><span>{{source}}</span></td>
        <td role="cell" data-label="Read at"><span class="any">{{#place}}{{>link}}{{/place}}</span></td></tr>
        {{/facts}}</tbody></table>{{/hasFacts}}
        {{^hasFacts}}<p class="soft">The sources state nothing about this use.</p>{{/hasFacts}}
        {{#conflicts}}<p class="note small">{{conflicts}}</p>{{/conflicts}}
        </section>
        {{#hasTerms}}<section class="card" aria-labelledby="terms"><h2 id="terms">What the site states about uses</h2>
        <table class="stack" role="table">
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Statement</th><th scope="col" role="columnheader">Value</th><th scope="col" role="columnheader">Source</th><th scope="col" role="columnheader">Read at</th></tr></thead>
        <tbody role="rowgroup">{{#terms}}<tr role="row"><td role="cell" data-label="Statement"><span>{{name}}</span></td>
        <td role="cell" data-label="Value"><span class="any">{{#value}}{{>link}}{{/value}}</span></td>
        <td role="cell" data-label="Source"><span>{{source}}</span></td>
        <td role="cell" data-label="Read at"><span class="any">{{#place}}{{>link}}{{/place}}</span></td></tr>
        {{/terms}}</tbody></table></section>{{/hasTerms}}

        """

    private static let keeping = """
        <div class="columns">
        <section class="card" aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
        {{#evidence}}<p><a class="button" href="/findings/{{id}}/evidence.warc.gz" download>Download WARC file</a></p>{{/evidence}}
        {{^evidence}}<p class="soft">No evidence file is kept for this deployment.</p>{{/evidence}}
        <dl>{{#digests}}<dt>{{name}}</dt><dd class="code any">{{value}}</dd>
        {{/digests}}</dl></section>
        <section class="card" aria-labelledby="reports"><h2 id="reports">Reports</h2>
        {{#hasReports}}<dl>{{#reports}}<dt><span class="chip {{tone}}">{{state}}</span></dt><dd>{{receiver}}<br><span class="soft small">{{detail}}</span></dd>
        {{/reports}}</dl>{{/hasReports}}
        {{^hasReports}}<p class="soft">No report of this revision is owed or was delivered.</p>{{/hasReports}}
        </section>
        <section class="card wide" aria-labelledby="history"><h2 id="history">History</h2>
        <table class="stack" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Revision</th><th scope="col" role="columnheader">Verdict</th><th scope="col" role="columnheader">Why</th></tr></thead>
        <tbody role="rowgroup">{{#history}}<tr role="row"><td role="cell" data-label="Revision" class="num"><span>{{revision}}</span></td>
        <td role="cell" data-label="Verdict"><span class="chip {{tone}}">{{verdict}}</span></td>
        <td role="cell" data-label="Why"><span>{{why}}</span></td></tr>
        {{/history}}</tbody></table></section>
        </div>

        """

    /// A foreign address: a link only when it is http or https.
    static let link =
        "{{#address}}<a href=\"{{address}}\" rel=\"noreferrer noopener nofollow\"><bdi>{{text}}</bdi></a>"
        + "{{/address}}{{^address}}<bdi>{{text}}</bdi>{{/address}}"
}
