// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Get;

/// <summary>What an object store's backend at the daemon needs; sent in the message, never looked at here.</summary>
internal sealed class ObjectStoreOptions
{
    /// <summary>Region.</summary>
    public string? Region { get; set; }

    /// <summary>Endpoint URL.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Key id, account name or secret id.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>Secret.</summary>
    public string? AccessKeySecret { get; set; }

    /// <summary>STS token.</summary>
    public string? SecurityToken { get; set; }

    /// <summary>Session token.</summary>
    public string? SessionToken { get; set; }

    /// <summary>Whether to skip the verification of the store's certificate.</summary>
    public bool? InsecureSkipVerify { get; set; }

    /// <summary>Credential file on the daemon's host.</summary>
    public string? CredentialPath { get; set; }

    /// <summary>Predefined access list.</summary>
    public string PredefinedAcl { get; set; } = "publicRead";
}
