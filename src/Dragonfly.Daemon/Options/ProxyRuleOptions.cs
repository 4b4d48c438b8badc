// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Daemon.Options;

/// <summary>Which URLs go through peers, and how.</summary>
public sealed class ProxyRuleOptions
{
    /// <summary>Expression over the URL without query and fragment.</summary>
    public string Regex { get; set; } = string.Empty;

    /// <summary>Ask the origin by https.</summary>
    [OptionKey("useTLS")]
    public bool UseTLS { get; set; }

    /// <summary>Authority that takes the place of the URL's.</summary>
    public string? Redirect { get; set; }

    /// <summary>Query names that take no part in the task id.</summary>
    public IList<string> FilteredQueryParams { get; set; } = [];
}
