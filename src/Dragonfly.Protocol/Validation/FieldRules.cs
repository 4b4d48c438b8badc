// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using System.Globalization;

namespace Dragonfly.Protocol.Validation;

/// <summary>The limits of one field, as <c>path=value</c> pairs of protoc-gen-validate.</summary>
internal sealed class FieldRules
{
    public static readonly FieldRules None = new(FrozenDictionary<string, string>.Empty);

    private readonly FrozenDictionary<string, string> _limits;

    private FieldRules(FrozenDictionary<string, string> limits) => _limits = limits;

    public bool IsEmpty => _limits.Count == 0;

    /// <summary>The paths that occur, so that a test finds rules nobody enforces.</summary>
    public IEnumerable<string> Paths => _limits.Keys;

    public static FieldRules Parse(string text) => new(text
        .Split("; ", StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));

    public bool Has(string path) => _limits.TryGetValue(path, out var value) && value == "true";

    public string? Text(string path) => _limits.GetValueOrDefault(path);

    public T? Number<T>(string path)
        where T : struct, IParsable<T> =>
        _limits.TryGetValue(path, out var value) ? T.Parse(value, CultureInfo.InvariantCulture) : null;
}
