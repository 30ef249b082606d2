//! The names of all cases, repeated where a macro can read them.

/// Makes a test of each [case](crate::cases) of a [check](crate::check()), with the case's name, by which `cargo test`
/// can select it.
///
/// ```
/// // tests/conformance.rs
/// use account_connections::testing::subject::Model;
/// use account_connections_conformance::check;
///
/// account_connections_conformance::tests!(check(Model::default));
/// # fn main() {}
/// ```
///
/// A case that cannot be checked at all, because it needs what the check is [without](crate::check::Check::without),
/// passes: the report of the whole check says which these are.
#[macro_export]
macro_rules! tests {
    ($check:expr) => {
        $crate::__each_case! { $check }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __each_case {
    ($check:expr) => {
        $crate::__each_case! { $check;
            authority_a_connection_grants_authority_while_the_environment_is_attached_to_it
            authority_authority_follows_the_roles_of_the_connection
            authority_a_same_account_environment_has_its_own_roles_a_self_managed_one_none
            change_only_the_environment_account_changes_or_deletes_a_connection
            change_the_roles_given_replace_the_old_ones_the_others_stay
            change_an_update_that_changes_nothing_leaves_the_time_alone
            change_a_connection_in_use_can_be_deleted_and_leaves_its_environment_unmanaged
            change_nothing_is_left_of_a_deleted_connection
            create_a_new_connection_is_pending
            create_what_is_malformed_is_refused_before_anything_is_looked_at
            create_members_that_are_null_empty_or_unknown_count_as_absent
            create_nobody_connects_to_oneself
            create_one_role_is_required
            create_a_role_for_codebuild_is_enough_and_the_connection_then_shows_no_other
            create_nobody_lends_out_the_role_of_another_account
            create_a_role_is_of_the_partition_of_the_region
            create_a_repeated_request_returns_the_connection_as_it_is_now
            create_a_client_token_is_of_one_account_in_one_region
            create_a_client_token_is_free_again_once_its_connection_is_gone
            create_a_client_token_is_not_good_for_another_request
            create_an_account_has_so_many_connections_in_a_region_whatever_their_status
            create_the_quota_is_the_host_s_to_set
            create_a_replacement_is_asked_for_beside_the_connection_that_it_replaces
            create_of_several_failures_the_first_in_the_order_of_the_rules_is_the_answer
            create_a_refused_request_is_as_if_it_had_never_been_sent
            create_a_client_token_expires_after_eight_hours
            create_a_client_token_never_goes_back_to_an_older_connection
            decide_only_the_management_account_decides
            decide_accepting_again_changes_nothing
            decide_rejecting_again_changes_nothing
            decide_a_rejected_connection_can_only_be_deleted
            decide_a_connection_that_no_environment_uses_can_be_rejected_after_it_was_accepted
            decide_a_connection_in_use_cannot_be_rejected
            decide_a_connection_is_not_in_use_by_an_unmanaged_environment
            decide_accepting_a_connection_restores_the_environment_that_lost_its_own
            decide_accepting_a_connection_leaves_an_attached_environment_alone
            decide_accepting_a_connection_restores_only_what_is_of_the_same_name_accounts_and_region
            decide_the_host_s_clock_may_go_backwards_stored_times_do_not
            decide_accepting_again_restores_the_environment_that_lost_its_connection
            environment_create_a_cross_account_environment_shows_its_connection_and_account_and_no_roles
            environment_create_a_same_account_environment_shows_its_own_roles
            environment_create_a_self_managed_environment_shows_its_repository
            environment_create_a_connection_excludes_every_other_method_and_a_component_role_too
            environment_create_an_environment_s_own_roles_are_of_its_own_account_and_partition
            environment_create_a_connection_is_for_one_environment_name_and_has_to_be_accepted
            environment_end_one_deployment_at_a_time
            environment_end_an_update_can_be_cancelled_a_creation_cannot
            environment_end_a_cancellation_that_comes_too_late_changes_nothing
            environment_end_where_no_update_is_under_way_there_is_nothing_to_cancel
            environment_end_only_when_an_environment_is_gone_its_connection_is_no_longer_in_use
            environment_end_a_closed_pull_request_cancels_what_a_repository_provisions
            environment_name_an_identical_creation_returns_the_environment_as_it_is_now
            environment_name_a_name_is_remembered_as_long_as_its_environment_exists
            environment_name_an_identical_creation_is_answered_although_its_connection_is_gone
            environment_name_an_account_has_so_many_environments_in_a_region
            environment_name_an_environment_counts_for_its_owner_not_for_the_account_that_it_is_provisioned_in
            environment_name_the_creation_of_an_environment_that_was_modified_cannot_be_repeated
            environment_name_a_modification_is_for_good_also_where_it_was_changed_back
            environment_notify_a_notification_is_a_report
            environment_notify_a_notification_is_about_an_environment_of_the_caller
            environment_notify_a_notification_is_for_whoever_provisions_by_itself
            environment_notify_the_outputs_of_an_environment_are_kept
            environment_order_the_checks_of_a_creation_in_order
            environment_order_the_checks_of_an_update_of_a_cross_account_environment_in_order
            environment_order_the_checks_of_an_update_of_a_same_account_environment_in_order
            environment_order_that_a_deletion_has_started_comes_before_the_lost_connection
            environment_orphan_deleting_a_connection_ends_a_creation_that_is_under_way
            environment_orphan_deleting_a_connection_ends_an_update_or_its_cancellation_that_is_under_way
            environment_orphan_deleting_a_connection_ends_a_deletion_that_is_under_way
            environment_orphan_deleting_a_connection_leaves_a_settled_environment_as_it_is_but_unmanaged
            environment_orphan_deleting_a_connection_leaves_an_environment_of_another_connection_alone
            environment_orphan_an_unmanaged_environment_cannot_be_deployed_to
            environment_orphan_an_unmanaged_environment_is_deleted_at_once_whatever_remains
            environment_report_a_creation_is_what_it_asked_for_from_the_start_also_if_it_fails
            environment_report_a_report_is_good_for_the_deployment_under_way_alone
            environment_report_a_report_is_of_an_environment_of_the_caller
            environment_report_the_minor_version_is_absent_until_one_is_asked_for_or_reported
            environment_report_an_environment_shows_its_old_spec_and_version_until_a_success
            environment_report_the_status_message_belongs_to_the_status
            environment_report_the_host_s_clock_may_go_backwards_an_environment_s_times_do_not
            environment_report_a_report_may_be_repeated
            environment_see_an_environment_is_reached_by_its_owner_alone
            environment_see_environments_are_listed_in_the_order_of_their_names
            environment_see_a_list_of_environments_is_filtered_by_template_and_current_major_version
            environment_see_environments_are_listed_by_the_page
            environment_see_an_environment_carries_managed_tags_besides_those_of_its_owner
            environment_see_an_unmanaged_environment_is_tagged_by_its_owner_as_before
            environment_update_each_type_of_deployment_takes_its_own_parameters
            environment_update_an_update_deploys_nothing_where_it_is_asked_for_nothing
            environment_update_an_update_replaces_the_roles_that_it_gives
            environment_update_an_update_keeps_the_method_of_provisioning
            environment_update_an_update_switches_to_another_connection_at_once
            environment_update_an_update_switches_only_to_a_connection_of_the_same_environment_account
            environment_update_an_update_cannot_change_the_repository
            environment_way_out_the_way_out_the_environment_is_deleted_and_its_account_cleans_up
            environment_way_out_the_way_out_an_accepted_connection_restores_the_environment
            environment_way_out_the_way_out_an_update_with_a_connection_that_was_accepted_before
            environment_way_out_an_unmanaged_environment_is_restored_only_from_its_own_environment_account
            environment_way_out_what_was_left_over_is_a_later_environment_s_where_that_reports_it
            list_a_list_is_narrowed_by_name_and_by_status
            list_what_was_asked_for_at_the_same_time_is_ordered_by_id
            list_pages_hold_still_while_connections_come_and_go
            list_every_page_but_the_last_is_full_also_under_a_filter
            list_a_token_is_good_for_what_it_was_given_for
            resources_an_account_sees_what_is_provisioned_in_it
            resources_the_latest_report_is_the_truth
            resources_an_account_cleans_up_what_is_in_it_attached_or_not
            resources_a_same_account_environment_s_resources_are_in_its_own_account
            resources_two_environments_may_name_the_same_resource
            resources_resources_are_listed_by_the_page_in_the_order_of_their_identifiers
            resources_a_resource_is_of_twenty_environments_at_most
            resources_an_environment_that_is_one_of_the_twenty_may_report_its_resource_again
            resources_a_clean_up_is_of_fifty_environments_at_most
            see_a_connection_exists_in_its_own_region_only
            see_a_connection_is_seen_by_its_two_parties_only
            see_a_list_shows_the_connections_in_which_the_caller_stands_on_one_side
            see_an_arn_is_found_only_if_it_is_right_in_all_its_parts
            tag_the_tags_of_a_connection_are_its_environment_account_s
            tag_tags_are_set_replaced_and_removed_and_no_time_changes_by_it
            tag_more_than_50_tags_in_one_request_are_malformed
            tag_tags_are_listed_by_the_page_in_the_order_of_their_keys
            tag_the_prefix_of_the_cloud_s_own_tags_is_reserved
            tag_a_tag_may_have_any_space_and_no_control_character
            tag_a_page_of_tags_has_fifty_at_most_also_where_more_are_asked_for
            random
        }
    };
    ($check:expr; $($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                $check.only(stringify!($name)).assert();
            }
        )+
    };
}
