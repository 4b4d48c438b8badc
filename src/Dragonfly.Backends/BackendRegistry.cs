// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Dragonfly.Core.Failures;

namespace Dragonfly.Backends;

/// <summary>Finds the backend of a URL by its scheme. Immutable and thread safe.</summary>
public sealed class BackendRegistry
{
    private readonly FrozenDictionary<string, IBackend> _backends;

    /// <summary>Makes a registry.</summary>
    /// <param name="backends">All backends; a later one takes a scheme from an earlier one.</param>
    public BackendRegistry(IEnumerable<IBackend> backends)
    {
        var byScheme = new Dictionary<string, IBackend>(StringComparer.OrdinalIgnoreCase);
        foreach (var backend in backends)
        {
            foreach (var scheme in backend.Schemes)
            {
                byScheme[scheme] = backend;
            }
        }

        _backends = byScheme.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Finds the backend of a URL.</summary>
    /// <param name="url">An absolute URL.</param>
    /// <returns>The backend, or a failure that names the schemes there are.</returns>
    public Result<IBackend> Find(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return _backends.TryGetValue(url.Scheme, out var backend)
            ? Result<IBackend>.Of(backend)
            : new Failure(
                FailureKind.Invalid,
                FailureSource.Caller,
                $"No backend for '{url.Scheme}' URLs. Use one of: {string.Join(", ", _backends.Keys.Order(StringComparer.Ordinal))}.");
    }
}
