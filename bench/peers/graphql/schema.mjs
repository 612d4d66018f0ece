// The part of our schema that is measured, word for word.
export const typeDefs = /* GraphQL */ `
  scalar Date
  scalar DateTime

  enum JobStatus { LOGGED BOOKED IN_PROGRESS COMPLETED CANCELLED }
  enum VisitState { HELD BOOKED STARTED DONE }
  enum SortEnumType { ASC DESC }

  input JobSortInput { reportedAt: SortEnumType }

  type Promise { window: String! starts: DateTime! ends: DateTime! }
  type Property { reference: String! address: String! postcode: String! patch: String! }
  type Contract { reference: String! name: String! }
  type Operative { reference: String! name: String! }

  type Job {
    id: ID!
    reference: String!
    status: JobStatus!
    emergency: Boolean!
    description: String!
    reportedAt: DateTime!
    promise: Promise
    property: Property
    contract: Contract
  }

  type Visit { state: VisitState! minutes: Float! job: Job property: Property }
  type DiaryStop { starts: DateTime! ends: DateTime! state: VisitState! promise: Promise! visit: Visit }
  type DiaryDay { day: Date! stops: [DiaryStop!]! }
  type Diary { operative: Operative version: Float! days: [DiaryDay!]! }

  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! }
  type JobConnection { nodes: [Job!]! pageInfo: PageInfo! totalCount: Int! }

  type Hold { number: Int! promise: Promise! expiresAt: DateTime! }
  interface Error { message: String! }
  type WindowUnavailableError implements Error { message: String! }
  union HoldWindowError = WindowUnavailableError
  type HoldWindowPayload { job: Job hold: Hold errors: [HoldWindowError!] }
  type HoldRefusedError implements Error { message: String! }
  union ConfirmHoldError = HoldRefusedError
  type ConfirmHoldPayload { job: Job promise: Promise errors: [ConfirmHoldError!] }
  input HoldWindowInput { idempotencyKey: String! offer: String! description: String! = "" }
  input ConfirmHoldInput { idempotencyKey: String! job: ID! hold: Int! }

  type Query {
    diary(operative: ID!, from: Date!, days: Int! = 14): Diary
    jobs(first: Int, order: [JobSortInput!]): JobConnection!
  }

  type Mutation {
    holdWindow(input: HoldWindowInput!): HoldWindowPayload!
    confirmHold(input: ConfirmHoldInput!): ConfirmHoldPayload!
  }
`;
