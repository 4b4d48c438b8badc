// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Get;

namespace Dragonfly.Cli.Wire;

/// <summary>Messages for the backends other than HTTP; each is sent only for its own schemes.</summary>
internal static class BackendFields
{
    /// <summary><c>common.v2.ObjectStorage</c>. Empty key fields are left out: the scheduler's rules refuse them.</summary>
    public static ProtoWriter? ObjectStorage(string url, ObjectStoreOptions options)
    {
        if (SchemeOf(url) is not ("s3" or "gs" or "abs" or "oss" or "obs" or "cos"))
        {
            return null;
        }

        var message = new ProtoWriter();
        message.Optional(1, options.Region);
        message.Optional(2, options.Endpoint);
        message.Optional(3, NotEmpty(options.AccessKeyId));
        message.Optional(4, NotEmpty(options.AccessKeySecret));
        message.Optional(5, options.SessionToken);
        message.Optional(6, options.CredentialPath);
        message.Optional(7, options.PredefinedAcl);
        message.Optional(8, options.SecurityToken);
        message.Optional(9, options.InsecureSkipVerify is { } skip ? skip ? 1UL : 0 : null);
        return message;
    }

    /// <summary><c>common.v2.HDFS</c>.</summary>
    public static ProtoWriter? Hdfs(string url, string? token)
    {
        if (SchemeOf(url) != "hdfs")
        {
            return null;
        }

        var message = new ProtoWriter();
        message.Optional(1, token);
        return message;
    }

    /// <summary><c>common.v2.HuggingFace</c>, <c>ModelScope</c> and <c>OpenCSG</c>, which have the same fields.</summary>
    public static ProtoWriter? Hub(string url, string scheme, HubOptions options)
    {
        if (SchemeOf(url) != scheme)
        {
            return null;
        }

        var message = new ProtoWriter();
        message.Optional(1, options.Token);
        message.Plain(2, options.Revision);
        message.Optional(3, options.BaseUrl);
        return message;
    }

    /// <summary>The scheme in lower case, without the colon.</summary>
    public static string SchemeOf(string url)
    {
        int colon = url.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "" : url[..colon].ToLowerInvariant();
    }

    private static string? NotEmpty(string? text) => text is { Length: > 0 } ? text : null;
}
