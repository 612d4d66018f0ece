namespace OrleansScheduling.GraphQL.Language;

/// <summary>Walks a syntax tree in document order. Override <see cref="Enter"/> to stop it from going down into a node.</summary>
public abstract class NodeVisitor
{
    /// <summary>Descriptions must not affect validation, so rules leave them out.</summary>
    protected virtual bool VisitDescriptions => true;

    protected virtual bool Enter(Node node, Node? parent) => true;

    protected virtual void Leave(Node node, Node? parent)
    {
    }

    public void Visit(Node node, Node? parent = null)
    {
        if (!Enter(node, parent)) return;
        VisitChildren(node);
        Leave(node, parent);
    }

    void Each<T>(IReadOnlyList<T> nodes, Node parent)
        where T : Node
    {
        for (var i = 0; i < nodes.Count; i++) Visit(nodes[i], parent);
    }

    void Maybe(Node? node, Node parent)
    {
        if (node is not null) Visit(node, parent);
    }

    void Describe(StringValueNode? description, Node parent)
    {
        if (VisitDescriptions) Maybe(description, parent);
    }

    void VisitChildren(Node node)
    {
        switch (node)
        {
            case FieldNode field:
                Maybe(field.Alias, field);
                Visit(field.Name, field);
                Each(field.Arguments, field);
                Each(field.Directives, field);
                Maybe(field.SelectionSet, field);
                break;
            case SelectionSetNode set:
                Each(set.Selections, set);
                break;
            case ArgumentNode argument:
                Visit(argument.Name, argument);
                Visit(argument.Value, argument);
                break;
            case FragmentSpreadNode spread:
                Visit(spread.Name, spread);
                Each(spread.Directives, spread);
                break;
            case InlineFragmentNode inline:
                Maybe(inline.TypeCondition, inline);
                Each(inline.Directives, inline);
                Visit(inline.SelectionSet, inline);
                break;
            case DirectiveNode directive:
                Visit(directive.Name, directive);
                Each(directive.Arguments, directive);
                break;
            case DocumentNode document:
                Each(document.Definitions, document);
                break;
            case ValueNode or ObjectFieldNode or TypeNode:
                VisitValueOrType(node);
                break;
            case OperationDefinitionNode or VariableDefinitionNode or FragmentDefinitionNode:
                VisitExecutable(node);
                break;
            case not NameNode:
                VisitTypeSystem(node);
                break;
        }
    }

    void VisitValueOrType(Node node)
    {
        switch (node)
        {
            case VariableNode variable:
                Visit(variable.Name, variable);
                break;
            case ListValueNode list:
                Each(list.Values, list);
                break;
            case ObjectValueNode fields:
                Each(fields.Fields, fields);
                break;
            case ObjectFieldNode field:
                Visit(field.Name, field);
                Visit(field.Value, field);
                break;
            case NamedTypeNode named:
                Visit(named.Name, named);
                break;
            case ListTypeNode list:
                Visit(list.Type, list);
                break;
            case NonNullTypeNode nonNull:
                Visit(nonNull.Type, nonNull);
                break;
        }
    }

    void VisitExecutable(Node node)
    {
        switch (node)
        {
            case OperationDefinitionNode operation:
                Describe(operation.Description, operation);
                Maybe(operation.Name, operation);
                Each(operation.VariableDefinitions, operation);
                Each(operation.Directives, operation);
                Visit(operation.SelectionSet, operation);
                break;
            case VariableDefinitionNode definition:
                Describe(definition.Description, definition);
                Visit(definition.Variable, definition);
                Visit(definition.Type, definition);
                Maybe(definition.DefaultValue, definition);
                Each(definition.Directives, definition);
                break;
            case FragmentDefinitionNode fragment:
                Describe(fragment.Description, fragment);
                Visit(fragment.Name, fragment);
                Visit(fragment.TypeCondition, fragment);
                Each(fragment.Directives, fragment);
                Visit(fragment.SelectionSet, fragment);
                break;
        }
    }

    void VisitTypeSystem(Node node)
    {
        switch (node)
        {
            case SchemaNode schema:
                Describe(schema.Description, schema);
                Each(schema.Directives, schema);
                Each(schema.OperationTypes, schema);
                break;
            case OperationTypeDefinitionNode type:
                Visit(type.Type, type);
                break;
            case FieldDefinitionNode field:
                Describe(field.Description, field);
                Visit(field.Name, field);
                Each(field.Arguments, field);
                Visit(field.Type, field);
                Each(field.Directives, field);
                break;
            case InputValueDefinitionNode value:
                Describe(value.Description, value);
                Visit(value.Name, value);
                Visit(value.Type, value);
                Maybe(value.DefaultValue, value);
                Each(value.Directives, value);
                break;
            case EnumValueDefinitionNode value:
                Describe(value.Description, value);
                Visit(value.Name, value);
                Each(value.Directives, value);
                break;
            case DirectiveDefinitionNode directive:
                Describe(directive.Description, directive);
                Visit(directive.Name, directive);
                Each(directive.Arguments, directive);
                Each(directive.Locations, directive);
                break;
            case TypeDefinitionNode type:
                VisitTypeDefinition(type);
                break;
        }
    }

    void VisitTypeDefinition(TypeDefinitionNode node)
    {
        Describe(node.Description, node);
        Visit(node.Name, node);
        if (node is ComplexTypeNode complex) Each(complex.Interfaces, node);
        Each(node.Directives, node);
        switch (node)
        {
            case ComplexTypeNode type:
                Each(type.Fields, node);
                break;
            case UnionTypeNode union:
                Each(union.Types, node);
                break;
            case EnumTypeNode type:
                Each(type.Values, node);
                break;
            case InputObjectTypeNode input:
                Each(input.Fields, node);
                break;
        }
    }
}
