// What only Relay has: a list that grows page by page in the store, and an object that is fetched again by its id.
const graphql = String.raw;

exports.list = graphql`
  query JobsListQuery($count: Int!, $cursor: String) {
    ...Jobs_list @arguments(count: $count, cursor: $cursor)
  }
`;

exports.jobs = graphql`
  fragment Jobs_list on Query
  @refetchable(queryName: "JobsPageQuery")
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) {
    jobs(first: $count, after: $cursor, order: [{ reportedAt: ASC }]) @connection(key: "Jobs_jobs") {
      edges { node { id ...Jobs_job } }
    }
  }
`;

exports.job = graphql`
  fragment Jobs_job on Job @refetchable(queryName: "JobsAgainQuery") {
    id
    reference
    status
  }
`;
