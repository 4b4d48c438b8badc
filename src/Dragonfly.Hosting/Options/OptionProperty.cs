// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Dragonfly.Hosting.Options;

/// <summary>A property of an options class with its key. Immutable.</summary>
internal sealed class OptionProperty
{
    private OptionProperty(PropertyInfo property)
    {
        Property = property;
        Key = property.GetCustomAttribute<OptionKeyAttribute>()?.Key ?? CamelCase(property.Name);
        Aliases = [.. property.GetCustomAttributes<OptionAliasAttribute>().Select(alias => alias.Key)];
        IsSecret = property.IsDefined(typeof(SecretAttribute));
        Rules = [.. property.GetCustomAttributes<ValidationAttribute>()];
    }

    /// <summary>The property.</summary>
    public PropertyInfo Property { get; }

    /// <summary>Its key in YAML.</summary>
    public string Key { get; }

    /// <summary>Further keys under which it is read.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>Whether the value is never shown.</summary>
    public bool IsSecret { get; }

    /// <summary>The rules of its value.</summary>
    public IReadOnlyList<ValidationAttribute> Rules { get; }

    /// <summary>The type of the value, without <c>Nullable</c>.</summary>
    public Type ValueType => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>Whether null is a value of it.</summary>
    public bool IsNullable =>
        Nullable.GetUnderlyingType(Property.PropertyType) is not null
        || new NullabilityInfoContext().Create(Property).ReadState == NullabilityState.Nullable;

    /// <summary>The properties of an options class, base classes first, in the order of their declaration.</summary>
    /// <param name="type">The options class.</param>
    /// <returns>All readable public properties with a public setter, or of a block or collection that is filled in place.</returns>
    public static IReadOnlyList<OptionProperty> Of(Type type)
    {
        var chain = new Stack<Type>();
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            chain.Push(level);
        }

        return
        [
            .. chain
                .SelectMany(level => level.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                .Where(property => property.SetMethod is { IsPublic: true } || IsBlock(property.PropertyType))
                .Select(property => new OptionProperty(property)),
        ];
    }

    /// <summary>Whether a type is an options class of its own rather than a value.</summary>
    /// <param name="type">The type.</param>
    /// <returns>True for our own classes that can be made without arguments.</returns>
    public static bool IsBlock(Type type) =>
        type is { IsClass: true, IsAbstract: false }
        && type.Namespace?.StartsWith("Dragonfly", StringComparison.Ordinal) == true
        && type.GetConstructor(Type.EmptyTypes) is not null;

    /// <summary>Whether a key means this property.</summary>
    /// <param name="key">A key, as written.</param>
    /// <returns>True for the key and its aliases, with case.</returns>
    public bool Answers(string key) => key == Key || Aliases.Contains(key, StringComparer.Ordinal);

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
