use crate::names::names;

names! {
    /// The kind of an error, named as the public API names it.
    ///
    /// The model itself refuses with the first five. The last two are for trouble in a host's store: see
    /// [`HostError::kind`](crate::HostError::kind).
    #[expect(
        clippy::exhaustive_enums,
        reason = "the seven kinds of the public API; an eighth must be looked at by every host"
    )]
    pub enum ErrorKind {
        /// `ValidationException`: the input is not well formed, or asks for something that can never be.
        Validation = "ValidationException",
        /// `AccessDeniedException`: the caller can see the resource and may not do this to it.
        AccessDenied = "AccessDeniedException",
        /// `ConflictException`: the state of the resource does not allow it.
        Conflict = "ConflictException",
        /// `ResourceNotFoundException`: there is no such resource that the caller can see.
        ResourceNotFound = "ResourceNotFoundException",
        /// `ServiceQuotaExceededException`: a quota is used up.
        ServiceQuotaExceeded = "ServiceQuotaExceededException",
        /// `ThrottlingException`: too many races were lost; the same request may succeed later.
        Throttling = "ThrottlingException",
        /// `InternalServerException`: the host's store failed.
        InternalServer = "InternalServerException",
    }
}
