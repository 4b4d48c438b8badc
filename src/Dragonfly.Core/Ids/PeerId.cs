// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Dragonfly.Core.Ids;

/// <summary>One download of one task on one host: <c>ip-hostname-uuid</c>, with <c>-seed</c> appended on a seed peer. New for every download. Invalid ids cannot be built.</summary>
public readonly record struct PeerId
{
    /// <summary>The longest id accepted from the network, in characters: an address, a host name (253) and a uuid, with room to spare.</summary>
    public const int MaxLength = 512;

    private readonly string? _text;

    private PeerId(string text) => _text = text;

    /// <summary>The id as text.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default PeerId has no text.");

    /// <summary>Reads an id from text.</summary>
    /// <param name="text">The text, from anywhere.</param>
    /// <param name="id">The id when it is one.</param>
    /// <returns>False when the text is empty, longer than <see cref="MaxLength"/> or has control characters.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out PeerId id)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || text.AsSpan().ContainsAnyInRange('\0', '\u001f'))
        {
            id = default;
            return false;
        }

        id = new PeerId(text);
        return true;
    }

    /// <summary>Reads an id that is known to be good.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">The text is no id.</exception>
    public static PeerId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a peer id.");

    /// <summary>Makes the id of a new download.</summary>
    /// <param name="ip">The advertised address.</param>
    /// <param name="hostname">The host name.</param>
    /// <param name="unique">A new uuid.</param>
    /// <param name="isSeed">Whether the daemon is a seed peer.</param>
    /// <returns>The id.</returns>
    public static PeerId Create(string ip, string hostname, Guid unique, bool isSeed) =>
        Parse(isSeed ? $"{ip}-{hostname}-{unique:D}-seed" : $"{ip}-{hostname}-{unique:D}");

    /// <inheritdoc/>
    public override string ToString() => _text ?? "(none)";
}
