// The console's pages as Mustache; every value is escaped, and one place alone takes rendered text.

/// The console's pages.
///
/// A value is written `{{…}}`, which escapes it; the layout alone has a `{{{…}}}`,
/// for the page that was just rendered from these templates.
enum Templates {
    static let layout = """
        <!doctype html>
        <html lang="en-GB">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}} · Selvage</title>
        <link rel="stylesheet" href="/style.css">
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="bar"><div>
        <span class="brand">Selvage</span>
        <nav aria-label="Sections"><ul>
        {{#sections}}<li><a href="{{address}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{name}}</a></li>
        {{/sections}}</ul></nav>
        </div></header>
        <main id="content">
        {{{content}}}
        </main>
        </body>
        </html>

        """

    static let findings = """
        <h1>{{heading}}</h1>
        <p class="soft">{{summary}}</p>
        <div class="tools">
        {{#hasFilters}}<ul class="filters" aria-label="Filter by verdict">
        {{#filters}}<li><a href="{{address}}"{{#isCurrent}} aria-current="true"{{/isCurrent}}>{{name}} <span>{{count}}</span></a></li>
        {{/filters}}</ul>{{/hasFilters}}
        <form class="search" method="get" action="{{action}}" role="search">
        {{#verdict}}<input type="hidden" name="verdict" value="{{verdict}}">{{/verdict}}
        <input type="search" name="q" value="{{query}}" maxlength="200" aria-label="Search seller, asset, product, page or plan" placeholder="Seller, asset, page …">
        <button type="submit">Search</button>
        </form>
        </div>
        <section class="card" aria-label="{{heading}}">
        {{#hasRows}}<table class="findings stack" role="table">
        <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">Verdict</th><th scope="col" role="columnheader">Asset</th>
        <th scope="col" role="columnheader">Seller</th><th scope="col" role="columnheader">Where</th>
        <th scope="col" role="columnheader">Units</th><th scope="col" role="columnheader">First seen</th>
        </tr></thead>
        <tbody role="rowgroup">
        {{#rows}}<tr role="row">
        <td role="cell" data-label="Verdict"><span class="chip {{tone}}">{{verdict}}</span></td>
        <td role="cell" data-label="Asset"><span><a href="/findings/{{id}}">{{asset}}</a>{{#product}}<br><bdi class="soft small">{{product}}</bdi>{{/product}}</span></td>
        <td role="cell" data-label="Seller"><span><bdi>{{seller}}</bdi>{{#standing}}<br><span class="soft small">{{standing}}</span>{{/standing}}</span></td>
        <td role="cell" data-label="Where"><span>{{site}}{{#place}}<br><span class="soft small">{{place}}</span>{{/place}}</span></td>
        <td role="cell" data-label="Units" class="num"><span>{{units}}</span></td>
        <td role="cell" data-label="First seen" class="num nowrap"><time datetime="{{moment}}">{{day}}</time></td>
        </tr>
        {{/rows}}</tbody></table>{{/hasRows}}
        {{^hasRows}}<p class="soft">{{emptyText}}</p>{{/hasRows}}
        {{#hasPages}}<div class="pages">{{#previous}}<a href="{{previous}}" rel="prev">Newer</a>{{/previous}}
        <span class="soft small">{{position}}</span>{{#next}}<a href="{{next}}" rel="next">Older</a>{{/next}}</div>{{/hasPages}}
        </section>
        {{#coverage}}<section class="card" aria-labelledby="not-checked">
        <h2 id="not-checked">Not checked</h2>
        <p>{{text}} <a href="/coverage">Coverage by scan and site</a></p>
        {{#hasReasons}}<ul class="reasons">{{#reasons}}<li><b>{{count}}</b> <span>{{phrase}}</span></li>
        {{/reasons}}</ul>{{/hasReasons}}
        </section>{{/coverage}}

        """

    static let coverage = """
        <h1>Coverage</h1>
        <p class="soft">What each scan looked at, and what it could not. What was not checked is not clean.</p>
        {{#scans}}<section class="card">
        <h2><bdi>{{plan}}</bdi> <span class="soft">scan {{number}}</span></h2>
        <p class="soft small num">{{period}} · {{totals}}</p>
        {{#hasSites}}<table class="stack" role="table">
        <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Site</th><th scope="col" role="columnheader" class="count">Pages</th>
        <th scope="col" role="columnheader" class="count">Images</th><th scope="col" role="columnheader" class="count">Not checked</th><th scope="col" role="columnheader">Why not</th></tr></thead>
        <tbody role="rowgroup">{{#sites}}<tr role="row"><td role="cell" data-label="Site" class="site"><span>{{site}}</span></td>
        <td role="cell" data-label="Pages" class="count"><span>{{pages}}</span></td>
        <td role="cell" data-label="Images" class="count"><span>{{images}}</span></td>
        <td role="cell" data-label="Not checked" class="count"><span>{{notChecked}}</span></td>
        <td role="cell" data-label="Why not"><span>{{why}}</span></td></tr>
        {{/sites}}</tbody></table>{{/hasSites}}
        {{^hasSites}}<p class="soft">Nothing has been looked at yet.</p>{{/hasSites}}
        {{#reviewText}}<h3>For review</h3><p>{{reviewText}}</p>
        <table class="stack" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Pattern</th><th scope="col" role="columnheader">Closeness</th><th scope="col" role="columnheader">Image</th><th scope="col" role="columnheader">Page</th></tr></thead>
        <tbody role="rowgroup">{{#review}}<tr role="row"><td role="cell" data-label="Pattern"><bdi>{{asset}}</bdi></td>
        <td role="cell" data-label="Closeness"><span>{{closeness}}</span></td>
        <td role="cell" data-label="Image"><span class="any">{{#image}}{{>link}}{{/image}}</span></td>
        <td role="cell" data-label="Page"><span class="any">{{#page}}{{>link}}{{/page}}</span></td></tr>
        {{/review}}</tbody></table>{{/reviewText}}
        </section>{{/scans}}
        {{^hasScans}}<section class="card"><p>No scan has run yet. <span class="code">selvage scan</span> starts one.</p></section>{{/hasScans}}

        """

    static let message = """
        <section class="card">
        <h1>{{heading}}</h1>
        <p>{{text}}</p>
        </section>

        """
}
