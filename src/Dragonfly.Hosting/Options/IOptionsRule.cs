// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>
/// Implemented by an options class with rules that span several of its properties. Rules of one property are attributes of
/// <c>System.ComponentModel.DataAnnotations</c> (<c>Range</c>, <c>AllowedValues</c>, <c>MinLength</c>), which the loader checks with the line of the value at hand.
/// </summary>
public interface IOptionsRule
{
    /// <summary>Checks the values.</summary>
    /// <returns>For each broken rule the key of the property, relative to this object, and what is wrong and allowed.</returns>
    IEnumerable<(string Key, string Problem)> Check();
}
