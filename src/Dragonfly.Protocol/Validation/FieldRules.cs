// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using System.Globalization;

namespace Dragonfly.Protocol.Validation;

/// <summary>The limits of one field, as <c>path=value</c> pairs of protoc-gen-validate.</summary>
internal sealed class FieldRules(FrozenDictionary<string, string> limits)
{
    public static readonly FieldRules None = new(FrozenDictionary<string, string>.Empty);

    public bool IsEmpty => limits.Count == 0;

    /// <summary>The paths that occur, so that a test finds rules nobody enforces.</summary>
    public IEnumerable<string> Paths => limits.Keys;

    public static FieldRules Parse(string text) => new(text
        .Split("; ", StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));

    public bool Has(string path) => limits.TryGetValue(path, out var value) && value == "true";

    public string? Text(string path) => limits.GetValueOrDefault(path);

    public T? Number<T>(string path)
        where T : struct, IParsable<T> =>
        limits.TryGetValue(path, out var value) ? T.Parse(value, CultureInfo.InvariantCulture) : null;
}
