// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Get;

/// <summary>What a model hub's backend at the daemon needs.</summary>
internal sealed class HubOptions(string revision, string baseUrl)
{
    /// <summary>Branch, tag or commit.</summary>
    public string Revision { get; set; } = revision;

    /// <summary>Access token.</summary>
    public string? Token { get; set; }

    /// <summary>The hub's address.</summary>
    public string BaseUrl { get; set; } = baseUrl;
}
