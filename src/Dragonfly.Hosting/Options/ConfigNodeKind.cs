// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>The three sorts of YAML values.</summary>
internal enum ConfigNodeKind
{
    /// <summary>A single value.</summary>
    Scalar,

    /// <summary>Keys with values.</summary>
    Mapping,

    /// <summary>A list.</summary>
    Sequence,
}
