// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Cli.Wire;

namespace Dragonfly.Cli.Output;

/// <summary>A failure that ends a command or one of its downloads: what to tell the user, and the exit code.</summary>
internal sealed class ToolException(ExitCode code, string message, OriginAnswer? origin = null) : Exception(message)
{
    /// <summary>The exit code that says it.</summary>
    public ExitCode Code { get; } = code;

    /// <summary>The origin's own words, when it was the origin that refused.</summary>
    public OriginAnswer? Origin { get; } = origin;

    /// <summary>
    /// Bytes of the content that our daemon's store has no room for; null when it was something else. It is not said of the output's disk, nor by stock daemons, which cannot help.
    /// </summary>
    public ulong? TooLargeToStore { get; private init; }

    /// <summary>Translates the status that ended a call.</summary>
    /// <remarks>
    /// Stock daemons answer INTERNAL for nearly everything, so text decides where no code does: <c>digest mismatch</c> and
    /// <c>no space left on device</c> are their words, recorded from them.
    /// </remarks>
    public static ToolException From(GrpcStatus status)
    {
        if (OriginAnswer.Parse(status.Details) is { } origin)
        {
            string said = origin.StatusCode is { } http && !origin.Message.StartsWith($"{http}", StringComparison.Ordinal)
                ? $"{http} {origin.Message}".TrimEnd()
                : origin.Message;
            string text = said.Length == 0 ? status.Message
                : origin.StatusCode is null ? said
                : $"the origin answered: {said}{NextStep(origin)}";
            return new ToolException(CodeOf(origin.StatusCode), text, origin);
        }

        string reason = status.Message.Length > 0 ? status.Message : "the daemon gives no reason";
        ExitCode code = CodeOf(status);
        return new ToolException(code, code is ExitCode.Digest or ExitCode.NoSpace ? reason : $"{reason} ({status.CodeName})")
        {
            TooLargeToStore = TooLarge(status.Message),
        };
    }

    private static ulong? TooLarge(string message)
    {
        const string Key = "content_length=";
        int start = message.IndexOf(Key, StringComparison.Ordinal) + Key.Length;
        if (start < Key.Length || !message.StartsWith("No space left to store task", StringComparison.Ordinal))
        {
            return null;
        }

        ReadOnlySpan<char> rest = message.AsSpan(start);
        int digits = rest.IndexOfAnyExceptInRange('0', '9');
        return ulong.TryParse(digits < 0 ? rest : rest[..digits], CultureInfo.InvariantCulture, out ulong length) ? length : null;
    }

    // The daemon's JSON holds the original's words only; what to do about them is known from the status.
    private static string NextStep(OriginAnswer origin) => origin.StatusCode switch
    {
        401 or 403 or 407 => ". Check the credentials (-H) and whether a signed URL has expired.",
        404 or 410 => ". Check the URL.",
        429 => origin.Headers.FirstOrDefault(header => header.Key.Equals("retry-after", StringComparison.OrdinalIgnoreCase)).Value is { } wait
            ? $". The origin limits requests and asks to come back after {wait} (Retry-After)."
            : ". The origin limits requests: try again later.",
        408 or (>= 500 and <= 599) => ". The origin is in trouble: try again later.",
        _ => "",
    };

    private static ExitCode CodeOf(int? http) => http switch
    {
        404 or 410 => ExitCode.NotFound,
        401 or 403 or 407 => ExitCode.Forbidden,
        _ => ExitCode.Failed,
    };

    private static ExitCode CodeOf(GrpcStatus status)
    {
        if (status.Message.Contains("digest mismatch", StringComparison.OrdinalIgnoreCase))
        {
            return ExitCode.Digest;
        }

        if (status.Message.Contains("no space left", StringComparison.OrdinalIgnoreCase))
        {
            return ExitCode.NoSpace;
        }

        return status.Code switch
        {
            1 => ExitCode.Failed,
            GrpcStatus.DeadlineExceeded => ExitCode.Timeout,
            7 or 16 => ExitCode.Forbidden,
            GrpcStatus.Unavailable => ExitCode.Unreachable,
            15 => ExitCode.Digest,
            _ => ExitCode.Failed,
        };
    }
}
